#include "process/assemble.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "proxy/documents.h"
#include "upstream/tls.h"

namespace ccp::process {

namespace {

std::chrono::seconds seconds(std::int64_t count) { return std::chrono::seconds(count); }

struct ProxySetting {
  std::string_view name;
  const Secret& url;
  std::optional<upstream::Proxy> upstream::Proxies::* proxy;
};

/// Both settings; the first that cannot be understood is the error, with its name in front.
Result<upstream::Proxies> proxies(const config::Config& config) {
  upstream::Proxies result;
  result.direct = upstream::NoProxy(config.no_proxy);
  for (const auto& setting : {ProxySetting{"HTTPS_PROXY", config.https_proxy, &upstream::Proxies::https},
                              ProxySetting{"HTTP_PROXY", config.http_proxy, &upstream::Proxies::http}}) {
    if (setting.url.empty()) continue;
    auto proxy = upstream::parse_proxy(setting.url.reveal());
    if (!proxy) return internal_error(fmt::format("{}: {}", setting.name, proxy.error().message));
    result.*setting.proxy = std::move(*proxy);
  }
  return result;
}

Result<upstream::Options> options(const config::Config& config) {
  upstream::Options options;
  options.connect_timeout = seconds(config.connect_timeout);
  options.write_stall = seconds(config.write_timeout);
  options.idle_timeout = seconds(config.pool_idle_timeout);
  options.verify = config.ssl_verify;
  options.ca_file = config.ssl_ca_file;
  options.client_cert_file = config.ssl_client_cert_file;
  options.client_key_file = config.ssl_client_key_file;
  auto found = proxies(config);
  if (!found) return std::unexpected(std::move(found.error()));
  options.proxies = std::move(*found);
  return options;
}

/// The user's rules; the errors are lines for the operator.
std::expected<std::vector<provider::Rule>, std::vector<std::string>> rules(const config::Config& config) {
  if (config.profiles_file.empty()) return {};
  std::ifstream file(config.profiles_file, std::ios::binary);
  if (!file) {
    return std::unexpected(
        std::vector<std::string>{fmt::format("PROFILES_FILE={}: cannot be read", config.profiles_file)});
  }
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return provider::parse_rules(text, "PROFILES_FILE " + config.profiles_file);
}

}  // namespace

Result<Endpoints> endpoints(const config::Config& config) {
  auto origin = upstream::parse_origin(config.openai_base_url);
  if (!origin) return internal_error("OPENAI_BASE_URL: " + origin.error().message);
  auto found = options(config);
  if (!found) return std::unexpected(std::move(found.error()));
  auto read = rules(config);
  if (!read) return internal_error(read.error().front());
  auto search = proxy::search_backend(config);
  if (!search) return std::unexpected(std::move(search.error()));
  return Endpoints{std::move(*origin), std::move(*found), std::move(*read), std::move(*search)};
}

void check_endpoints(const config::Config& config, config::Problems& problems) {
  const bool has_scheme = config.openai_base_url.contains("://");  // without one it was reported already
  if (const auto origin = upstream::parse_origin(config.openai_base_url); !origin && has_scheme)
    problems.lines.push_back("OPENAI_BASE_URL: " + origin.error().message);
  auto found = options(config);
  if (!found) {
    problems.lines.push_back(found.error().message);
    found = upstream::Options{.ca_file = config.ssl_ca_file,
                              .client_cert_file = config.ssl_client_cert_file,
                              .client_key_file = config.ssl_client_key_file};
  }
  if (const auto tls = upstream::TlsContext::create(*found); !tls)
    problems.lines.push_back("SSL_CA_FILE, SSL_CLIENT_CERT_FILE, SSL_CLIENT_KEY_FILE: " +
                             tls.error().message);
  if (const auto search = proxy::search_backend(config); !search)
    problems.lines.push_back(search.error().message);
  if (config.was_given("PDF_TO_TEXT") && config.pdf_to_text != "off" && !proxy::pdf_to_text(config)) {
    problems.lines.push_back(fmt::format(
        "PDF_TO_TEXT: \"{}\" is no program that can be run; expected a path, a name in PATH, or off",
        config.pdf_to_text));
  }
  if (const auto read = rules(config); !read) {
    problems.lines.insert(problems.lines.end(), read.error().begin(), read.error().end());
  }
}

proxy::Shared share(config::Config config, Log& log, Endpoints ends) {
  const auto window = config.context_window;
  const auto host = ends.origin.host;
  std::vector<std::string> places = {host, fmt::format("{}:{}", host, ends.origin.port),
                                     host + ends.origin.prefix};
  route::Models models{.big = config.big_model, .middle = config.middle_model, .small = config.small_model};
  auto reader = proxy::pdf_to_text(config);
  translate::ThinkingSeal seal(config.openai_api_key.reveal(), host);
  return proxy::Shared{
      .config = std::move(config),
      .log = log,
      .origin = std::move(ends.origin),
      .upstream_options = std::move(ends.options),
      .models = std::move(models),
      .windows = provider::Windows(host, window),
      .profiles = provider::Profiles(std::move(places), std::move(ends.rules)),
      .seal = seal,
      .search = std::move(ends.search),
      .pdf_to_text = std::move(reader),
  };
}

}  // namespace ccp::process
