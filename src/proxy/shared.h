#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "base/log.h"
#include "config/config.h"
#include "proxy/answer_lengths.h"
#include "proxy/broken_streams.h"
#include "proxy/document_memo.h"
#include "proxy/documents.h"
#include "proxy/endpoints.h"
#include "proxy/metrics.h"
#include "proxy/provider_models.h"
#include "proxy/thinking_cache.h"
#include "proxy/token_memo.h"
#include "route/calibration.h"
#include "route/models.h"
#include "route/profiles.h"
#include "route/windows.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// What all workers of the process share: settings, the log, counts. Built by `run`, outlives the workers.
struct Shared {
  config::Config config;
  Log& log;
  upstream::Origin origin;
  upstream::Options upstream_options;
  route::Models models;
  route::Windows windows;
  route::Profiles profiles;
  translate::ThinkingSeal seal;
  std::optional<SearchBackend> search;
  std::optional<net::Program> pdf_to_text;
  mutable DocumentMemo documents = DocumentMemo();
  mutable ThinkingCache thinking = ThinkingCache();
  mutable TokenMemo token_memo = TokenMemo();
  AnswerLengths answer_lengths = AnswerLengths();
  BrokenStreams broken_streams = BrokenStreams();
  route::Calibration calibration = route::Calibration();
  ProviderModels provider_models;
  Metrics metrics;
  std::shared_ptr<std::atomic<std::size_t>> open_connections = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<std::size_t> requests_in_flight{0};
};

/// What a process of this configuration shares. `log` must outlive it.
Shared share(config::Config config, Log& log, Endpoints ends);

/// A place among the requests in flight, given back when destroyed.
class Slot {
 public:
  /// An empty slot when `limit` are taken already.
  Slot(std::atomic<std::size_t>& taken, std::size_t limit) : taken_(&taken) {
    if (taken.fetch_add(1) < limit) return;
    taken.fetch_sub(1);
    taken_ = nullptr;
  }
  ~Slot() {
    if (taken_ != nullptr) taken_->fetch_sub(1);
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  explicit operator bool() const { return taken_ != nullptr; }

 private:
  std::atomic<std::size_t>* taken_;
};

}  // namespace ccp::proxy
