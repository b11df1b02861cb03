#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/record.h"

namespace ccp::proxy {

/// The counts behind /metrics. Process-wide and thread-safe. Labels come from fixed sets, never from a
/// client's words.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  /// A request is over.
  void finished(const Record& record);
  /// Fields of a client's request that this version does not know, and ignored.
  void ignored(std::size_t fields);
  /// A prompt that the client was told to have `told` tokens has `counted`, by the provider.
  void counted_prompt(std::int64_t told, std::int64_t counted);
  /// A field of the provider's answer could not be read, and was ignored. `field` is one of a fixed set of
  /// names. True for the first time in this process.
  bool unreadable(std::string_view field);
  /// The provider answered with this status, or (nullopt) not at all.
  void asked(std::optional<int> status);

  /// Prometheus's text format
  /// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format), with the given counts
  /// of the moment.
  std::string text(std::size_t requests_in_flight, std::size_t client_connections);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace ccp::proxy
