#include "doctor/local.h"

#include <fmt/format.h>

#include "doctor/doctor.h"
#include "doctor/session.h"

namespace ccp::doctor {

namespace {

constexpr std::chrono::seconds patience{3};

}  // namespace

upstream::Origin local_proxy(const config::Config& config) {
  upstream::Origin origin{.tls = false, .host = config.host};
  if (config.host == "0.0.0.0") origin.host = "127.0.0.1";
  if (config.host == "::") origin.host = "::1";
  origin.port = static_cast<std::uint16_t>(config.port);
  return origin;
}

Result<void> ask_health(const config::Config& config) {
  upstream::Options options;
  options.connect_timeout = patience;
  auto session = Session::create(options);
  if (!session) return std::unexpected(std::move(session.error()));
  const auto answer =
      (*session)->exchange(local_proxy(config), {.method = "GET", .target = "/health"}, patience);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200 || !answer->body.contains(R"("status":"healthy")"))
    return internal_error(fmt::format("GET /health was answered with status {}", answer->status));
  return {};
}

int healthcheck(const config::Config& config) {
  const auto healthy = ask_health(config);
  if (healthy) return 0;
  fmt::print(stderr, "claude-code-proxy: not healthy: {}\n", healthy.error().message);
  return 1;
}

}  // namespace ccp::doctor
