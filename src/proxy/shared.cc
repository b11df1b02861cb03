#include "proxy/shared.h"

#include <fmt/format.h>

namespace ccp::proxy {

Shared share(config::Config config, Log& log, Endpoints ends) {
  const auto window = config.context_window;
  const auto host = ends.origin.host;
  std::vector<std::string> places = {host, fmt::format("{}:{}", host, ends.origin.port),
                                     host + ends.origin.prefix};
  route::Models models{.big = config.big_model, .middle = config.middle_model, .small = config.small_model};
  auto reader = pdf_to_text(config);
  translate::ThinkingSeal seal(config.openai_api_key.reveal(), host);
  return Shared{
      .config = std::move(config),
      .log = log,
      .origin = std::move(ends.origin),
      .upstream_options = std::move(ends.options),
      .models = std::move(models),
      .windows = route::Windows(host, window),
      .profiles = route::Profiles(std::move(places), std::move(ends.rules)),
      .seal = seal,
      .search = std::move(ends.search),
      .pdf_to_text = std::move(reader),
  };
}

}  // namespace ccp::proxy
