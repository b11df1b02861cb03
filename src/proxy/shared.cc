#include "proxy/shared.h"

namespace ccp::proxy {

Shared share(config::Config config, Log& log, Endpoints ends) {
  const auto window = config.context_window;
  const auto host = ends.origin.host;
  route::Models models{.big = config.big_model, .middle = config.middle_model, .small = config.small_model};
  return Shared{
      .config = std::move(config),
      .log = log,
      .origin = std::move(ends.origin),
      .upstream_options = std::move(ends.options),
      .models = std::move(models),
      .windows = route::Windows(host, window),
  };
}

}  // namespace ccp::proxy
