#include "upstream/client.h"

#include <utility>

#include "upstream/client_state.h"

namespace ccp::upstream {

Result<std::unique_ptr<Client>> Client::create(net::Deadlines& deadlines, Options options) {
  Result<std::unique_ptr<Resolver>> resolver = Resolver::create(deadlines.io(), options.dns_servers);
  if (!resolver) return std::unexpected(std::move(resolver.error()));
  Result<std::unique_ptr<TlsContext>> tls = TlsContext::create(options);
  if (!tls) return std::unexpected(std::move(tls.error()));
  auto state = std::make_shared<State>(deadlines, std::move(options), std::move(*resolver), std::move(*tls));
  return std::unique_ptr<Client>(new Client(std::move(state)));
}

Client::~Client() { close_idle(); }

void Client::close_idle() { state_->pool.clear(); }

}  // namespace ccp::upstream
