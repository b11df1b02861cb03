#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "base/log.h"
#include "config/config.h"
#include "memory/answer_lengths.h"
#include "memory/broken_streams.h"
#include "memory/document_memo.h"
#include "memory/thinking_cache.h"
#include "memory/token_memo.h"
#include "provider/calibration.h"
#include "provider/model_list.h"
#include "provider/profiles.h"
#include "provider/windows.h"
#include "proxy/documents.h"
#include "proxy/metrics.h"
#include "proxy/search_backend.h"
#include "route/models.h"
#include "upstream/client.h"

namespace ccp::proxy {

/// What all workers of the process share: settings, the log, counts. Built by `run`, outlives the workers.
struct Shared {
  config::Config config;
  Log& log;
  upstream::Origin origin;
  upstream::Options upstream_options;
  route::Models models;
  provider::Windows windows;
  provider::Profiles profiles;
  translate::ThinkingSeal seal;
  std::optional<SearchBackend> search;
  std::optional<net::Program> pdf_to_text;
  mutable memory::DocumentMemo documents = memory::DocumentMemo();
  mutable memory::ThinkingCache thinking = memory::ThinkingCache();
  mutable memory::TokenMemo token_memo = memory::TokenMemo();
  memory::AnswerLengths answer_lengths = memory::AnswerLengths();
  memory::BrokenStreams broken_streams = memory::BrokenStreams();
  provider::Calibration calibration = provider::Calibration();
  provider::ModelList provider_models;
  Metrics metrics;
  std::shared_ptr<std::atomic<std::size_t>> open_connections = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<std::size_t> requests_in_flight{0};
};

}  // namespace ccp::proxy
