#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/secret.h"

/// The settings of one process: read once at the start, validated as a whole, immutable afterwards. The rows
/// are in options.h.
namespace ccp::config {

/// A header that goes with every request to the provider: `CUSTOM_HEADER_X_TEAM=v` is `X-TEAM: v`.
struct CustomHeader {
  std::string name;  ///< a token (RFC 9110 section 5.6.2)
  Secret value;      ///< without control characters; may be a key, so it is treated as one
};

struct Config {
  Secret openai_api_key;
  std::string openai_base_url;
  std::string azure_api_version;  ///< empty: not Azure
  std::vector<CustomHeader> custom_headers;
  std::string big_model, middle_model, small_model;
  std::string auto_mode_model;  ///< for the client's own check in auto mode; empty: as its name says
  std::string safety_model;     ///< judges tool calls where the client asks the server to; empty: nobody
  Secret anthropic_api_key;     ///< empty: any client key is accepted
  std::string host;
  std::int64_t port = 0;
  std::int64_t workers = 1;  ///< 0: one per processor
  LogLevel log_level = LogLevel::warning;
  LogFormat log_format = LogFormat::text;
  bool log_bodies = false;                                  ///< prompts and answers into the log
  std::int64_t max_tokens_limit = 0, min_tokens_limit = 0;  ///< tokens
  std::int64_t context_window = 0;         ///< tokens of the provider's models; 0: as known or learned
  std::int64_t client_context_window = 0;  ///< tokens the client believes in; 0: usage is not scaled
  std::string profiles_file;               ///< rules for what the provider takes; empty: the known ones only
  std::string search_url;   ///< who searches the web for a provider that does not; empty: nobody
  Secret search_api_key;    ///< sent there; empty: none
  std::string pdf_to_text;  ///< program that extracts the text of a PDF; `off`: none
  std::int64_t max_retries = 0;
  bool ssl_verify = true;
  std::string ssl_ca_file;           ///< empty: the system's store
  std::string ssl_client_cert_file;  ///< PEM, the chain behind it; empty: none
  std::string ssl_client_key_file;   ///< PEM; empty: the key is in ssl_client_cert_file
  Secret https_proxy, http_proxy;    ///< URLs, with credentials as the case may be; empty: none
  std::string no_proxy;

  std::int64_t request_timeout = 0;     ///< seconds without a byte from the provider
  std::int64_t safety_timeout = 0;      ///< seconds that safety_model has for a judgement
  std::int64_t connect_timeout = 0;     ///< seconds
  std::int64_t header_timeout = 0;      ///< seconds
  std::int64_t body_timeout = 0;        ///< seconds
  std::int64_t write_timeout = 0;       ///< seconds
  std::int64_t keep_alive_timeout = 0;  ///< seconds
  std::int64_t pool_idle_timeout = 0;   ///< seconds
  std::int64_t drain_timeout = 0;       ///< seconds
  std::int64_t pdf_timeout = 0;         ///< seconds
  std::int64_t max_body_size = 0;       ///< MiB
  std::int64_t max_connections = 0;
  std::int64_t max_requests = 0;  ///< in flight

  /// The names of the variables that were set, by the shell or a file; the others have their defaults.
  std::vector<std::string> given;
  [[nodiscard]] bool was_given(std::string_view name) const;
  /// Those of `given` that came from the shell.
  std::vector<std::string> given_by_shell;
  [[nodiscard]] bool came_from_shell(std::string_view name) const;
};

/// Names and values as they came from the shell or a file.
using Variables = std::map<std::string, std::string, std::less<>>;

/// Everything wrong with the configuration: one line each, with variable, value and what is allowed.
struct Problems {
  std::vector<std::string> lines;
};

/// What other layers know of the values: adds a problem for each that is wrong.
using Check = std::function<void(const Config&, Problems&)>;

/// What the settings are wanted for: `serve` requires a provider and its key; `inspect` (explain,
/// healthcheck,
/// --print-config) takes whatever `serve` takes, and does without the key; `demo` has a provider of its own.
enum class Purpose : std::uint8_t { serve, inspect, demo };

/// Builds the configuration: `shell` wins over `file`; an empty value counts as unset; one pair of quotes
/// around a value is taken off (docker --env-file keeps them). They are completed alike for every purpose.
/// `check` sees the settings that could be read, whatever is wrong with others.
std::expected<Config, Problems> load(const Variables& shell, const Variables& file, Purpose purpose,
                                     const Check& check = {});

/// Reads `NAME=value` lines: comments, `export`, single and double quotes, CRLF. Problems name the line.
std::expected<Variables, Problems> parse_dotenv(std::string_view text);

/// The process's environment.
Variables shell_variables(char** environment);

/// Renders of the table in options.h.
std::string render_help();
std::string render_env_example();
std::string render_markdown();
/// The short table of the README: the settings most people touch.
std::string render_readme_table();
/// The effective settings, one `NAME=value` a line, secrets hidden.
std::string render_config(const Config& config);

}  // namespace ccp::config
