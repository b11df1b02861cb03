#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.h"

/// One row per setting. `--help`, `.env.example`, docs/configuration.md and validation are renders of this
/// table.
namespace ccp::config {

/// Where a value goes; the member's type decides how it is read. A row for custom headers stands for all
/// variables whose names begin like its own, up to the `*`.
using Member = std::variant<std::string Config::*, Secret Config::*, std::int64_t Config::*, bool Config::*,
                            LogLevel Config::*, LogFormat Config::*, std::vector<CustomHeader> Config::*>;

struct Option {
  std::string_view name;
  std::string_view group;
  Member member;
  std::string_view fallback;  ///< the default as text; empty: unset
  std::int64_t min = 0;       ///< numbers only
  std::int64_t max = 0;
  std::string_view help;
};

/// Whether a row stands for many variables.
constexpr bool is_family(const Option& option) { return option.name.ends_with('*'); }

inline constexpr std::string_view default_base_url = "https://albus.taxhawk.com/api";

inline constexpr std::array options = {
    Option{"OPENAI_API_KEY", "Provider", &Config::openai_api_key, "", 0, 0,
           "Key for the provider. Required, except with a base URL on this machine."},
    Option{"OPENAI_BASE_URL", "Provider", &Config::openai_base_url, default_base_url, 0, 0,
           "Where requests go: `{base}/chat/completions`. No `/v1` is inserted."},
    Option{"AZURE_API_VERSION", "Provider", &Config::azure_api_version, "", 0, 0,
           "Azure OpenAI: the api-version. OPENAI_BASE_URL is then the resource "
           "(`https://NAME.openai.azure.com`) or one deployment (`…/openai/deployments/NAME`)."},
    Option{"CUSTOM_HEADER_*", "Provider", &Config::custom_headers, "", 0, 0,
           "A header for every request to the provider: `CUSTOM_HEADER_X_TEAM=blue` sends `X-TEAM: blue`. "
           "Wins over "
           "a header of the same name that would be sent anyway."},
    Option{"BIG_MODEL", "Models", &Config::big_model, "gpt-4o", 0, 0,
           "For opus, and for every name that no other rule takes."},
    Option{"MIDDLE_MODEL", "Models", &Config::middle_model, "", 0, 0,
           "For sonnet. Default: the value of BIG_MODEL."},
    Option{"SMALL_MODEL", "Models", &Config::small_model, "gpt-4o-mini", 0, 0, "For haiku."},
    Option{
        "AUTO_MODE_MODEL", "Models", &Config::auto_mode_model, "", 0, 0,
        "For the check that Claude Code's auto mode makes before each action: it asks for claude-sonnet-5, "
        "with 36,000 tokens of rules and a word as the answer. Default: the model for sonnet. "
        "CLAUDE_CODE_AUTO_MODE_SERVER=0 in the client's environment makes it ask for this check at once, "
        "without a notice that the server has none."},
    Option{"SAFETY_MODEL", "Models", &Config::safety_model, "", 0, 0,
           "The provider's model that judges each tool call in Claude Code's auto mode while the answer goes "
           "on, "
           "by the user's words and rules: flagged or not. Unset: nobody does, and Claude Code checks with "
           "requests of its own. docs/auto_mode.md compares the two."},
    Option{
        "MAX_TOKENS_LIMIT", "Models", &Config::max_tokens_limit, "4096", 1, 10'000'000,
        "Upper bound for a request's max_tokens. Claude Code asks for 128000 (32000 with names it does not "
        "know): raise this as far as your model allows."},
    Option{"MIN_TOKENS_LIMIT", "Models", &Config::min_tokens_limit, "100", 1, 10'000'000,
           "Lower bound for a request's max_tokens."},
    Option{"CONTEXT_WINDOW", "Models", &Config::context_window, "0", 0, 100'000'000,
           "Tokens that the provider's models take, prompt and answer together. 0: as known for the "
           "model, or learned from the provider. A prompt that leaves no useful room for "
           "an answer is refused before it is sent, and Claude Code compacts."},
    Option{"CLIENT_CONTEXT_WINDOW", "Models", &Config::client_context_window, "0", 0, 100'000'000,
           "Tokens that the client believes the model takes: with Claude Code 1000000, also for a name it "
           "does not "
           "know, unless it is told otherwise (CLAUDE_CODE_AUTO_COMPACT_WINDOW, "
           "CLAUDE_CODE_MAX_CONTEXT_TOKENS). "
           "Unless this is 0, reported usage is scaled from the model's window to it, so that the client "
           "compacts "
           "in time."},
    Option{"PROFILES_FILE", "Models", &Config::profiles_file, "", 0, 0,
           "A file with rules for what your provider takes, beside the known ones: `HOST MODEL name=value…` "
           "a line, `*` for any text. docs/providers.md lists the names; `claude-code-proxy explain` shows "
           "what applies."},
    Option{"SEARCH_URL", "Web search", &Config::search_url, "", 0, 0,
           "Who searches the web for Claude Code's WebSearch where the provider does not: a SearXNG instance "
           "with `json` among its formats (`http://localhost:8888`), `https://api.search.brave.com` or "
           "`https://api.tavily.com`."},
    Option{"SEARCH_API_KEY", "Web search", &Config::search_api_key, "", 0, 0,
           "The key for it, if it needs one."},
    Option{"PDF_TO_TEXT", "Documents", &Config::pdf_to_text, "pdftotext", 0, 0,
           "The program that extracts the text of PDFs for a provider that takes no files, as Debian's "
           "poppler-utils has it; `off` for none. Without it the model is told that there is a PDF which it "
           "cannot see."},
    Option{"ANTHROPIC_API_KEY", "Server", &Config::anthropic_api_key, "", 0, 0,
           "If set, clients must send exactly this key; if unset, any key is accepted."},
    Option{"HOST", "Server", &Config::host, "0.0.0.0", 0, 0,
           "Address to listen on. 127.0.0.1 keeps the server to this machine."},
    Option{"PORT", "Server", &Config::port, "8082", 0, 65535,
           "Port to listen on; 0 takes a free one and prints it."},
    Option{"WORKERS", "Server", &Config::workers, "1", 0, 1024,
           "Threads that serve. 1 suits one developer; `auto` takes one per processor."},
    Option{"LOG_LEVEL", "Server", &Config::log_level, "WARNING", 0, 0,
           "DEBUG, INFO, WARNING, ERROR or CRITICAL. INFO logs each request."},
    Option{"LOG_FORMAT", "Server", &Config::log_format, "text", 0, 0,
           "`text`, or `json`: one object a line. As --log-format."},
    Option{"LOG_BODIES", "Server", &Config::log_bodies, "false", 0, 0,
           "Write requests and the provider's answers, prompts included, to the log. As --log-bodies."},
    Option{
        "REQUEST_TIMEOUT", "Timeouts", &Config::request_timeout, "90", 1, 86'400,
        "Seconds without a byte from the provider before a request is given up. Not the length of an answer: "
        "what the client wants whole is streamed by the provider, too, and collected here. "
        "Unset it is 600 for a provider on this machine (localhost, 127.0.0.1, host.docker.internal, a name "
        "without a dot), which is silent while it reads a long prompt, "
        "and for an answer that the client wants whole."},
    Option{"MAX_RETRIES", "Timeouts", &Config::max_retries, "2", 0, 20,
           "How often a request is repeated after 408, 409, 429, 5xx, a passing fault told with another "
           "status, or a failed connection, before the answer has begun. A model that is being loaded is "
           "waited for as long as REQUEST_TIMEOUT says, unless this is 0."},
    Option{"SAFETY_TIMEOUT", "Timeouts", &Config::safety_timeout, "30", 1, 600,
           "Seconds that SAFETY_MODEL has for one judgement. The client gets pings meanwhile; a call that is "
           "not judged in time is told as such, and Claude Code checks it itself."},
    Option{"CONNECT_TIMEOUT", "Timeouts", &Config::connect_timeout, "10", 1, 600,
           "Seconds for name resolution, TCP and TLS to the provider together."},
    Option{"HEADER_TIMEOUT", "Timeouts", &Config::header_timeout, "10", 1, 600,
           "Seconds for a client to send a request's head."},
    Option{"BODY_TIMEOUT", "Timeouts", &Config::body_timeout, "30", 1, 3600,
           "Seconds without a byte of a client's body."},
    Option{"WRITE_TIMEOUT", "Timeouts", &Config::write_timeout, "60", 1, 3600,
           "Seconds without progress while writing, either way."},
    Option{"KEEP_ALIVE_TIMEOUT", "Timeouts", &Config::keep_alive_timeout, "75", 1, 86'400,
           "Seconds an idle client connection is kept."},
    Option{"POOL_IDLE_TIMEOUT", "Timeouts", &Config::pool_idle_timeout, "60", 1, 86'400,
           "Seconds an idle connection to the provider is kept for reuse."},
    Option{"DRAIN_TIMEOUT", "Timeouts", &Config::drain_timeout, "30", 0, 86'400,
           "Seconds that running requests get after SIGTERM; a second signal ends them at once."},
    Option{"PDF_TIMEOUT", "Timeouts", &Config::pdf_timeout, "20", 1, 600,
           "Seconds that PDF_TO_TEXT gets for one document."},
    Option{"MAX_BODY_SIZE", "Limits", &Config::max_body_size, "32", 1, 1024,
           "MiB of a request's body; larger ones are answered with 413."},
    Option{"MAX_CONNECTIONS", "Limits", &Config::max_connections, "10000", 1, 1'000'000,
           "Client connections at a time; beyond them 529 with retry-after."},
    Option{"MAX_REQUESTS", "Limits", &Config::max_requests, "1000", 1, 1'000'000,
           "Requests in flight to the provider; beyond them 529 with retry-after."},
    Option{"SSL_VERIFY", "TLS", &Config::ssl_verify, "true", 0, 0,
           "Check the provider's certificate. Only `false`, `0` or `no` turns it off; never do that outside "
           "a test."},
    Option{
        "SSL_CA_FILE", "TLS", &Config::ssl_ca_file, "", 0, 0,
        "PEM file of certificate authorities to trust instead of the system's, for example a company's own."},
    Option{"SSL_CLIENT_CERT_FILE", "TLS", &Config::ssl_client_cert_file, "", 0, 0,
           "PEM file with the certificate to present to the provider, and its chain."},
    Option{"SSL_CLIENT_KEY_FILE", "TLS", &Config::ssl_client_key_file, "", 0, 0,
           "PEM file with its private key. Default: the key is in SSL_CLIENT_CERT_FILE."},
    Option{"HTTPS_PROXY", "Network", &Config::https_proxy, "", 0, 0,
           "Proxy for a provider at https://, `http://[user:password@]host:port`. The lower-case name works "
           "too. A provider on this machine is always reached directly."},
    Option{"HTTP_PROXY", "Network", &Config::http_proxy, "", 0, 0, "The same for a provider at http://."},
    Option{"NO_PROXY", "Network", &Config::no_proxy, "", 0, 0,
           "Hosts to reach directly: names with all their subdomains, addresses, networks such as "
           "10.0.0.0/8, or `*`; comma separated."},
};

}  // namespace ccp::config
