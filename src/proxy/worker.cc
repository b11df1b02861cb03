#include "proxy/worker.h"

#include "tokens/count.h"

namespace ccp::proxy {

Result<std::unique_ptr<Worker>> Worker::create(Shared& shared) {
  auto worker = std::make_unique<Worker>(shared);
  auto client = upstream::Client::create(worker->deadlines, shared.upstream_options);
  if (!client) return std::unexpected(std::move(client.error()));
  worker->client = std::move(*client);
  net::asio::post(worker->counters, tokens::load);
  return worker;
}

}  // namespace ccp::proxy
