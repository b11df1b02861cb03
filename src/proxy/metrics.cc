#include "proxy/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

namespace ccp::proxy {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

/// Seconds. Answers of models take from a tenth of a second to many minutes.
const Histogram::BucketBoundaries& seconds() {
  static const Histogram::BucketBoundaries bounds = {0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600};
  return bounds;
}

/// Our count of a prompt, as a share of the provider's.
const Histogram::BucketBoundaries& shares() {
  static const Histogram::BucketBoundaries bounds = {0.5, 0.8, 0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 1.25, 2};
  return bounds;
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double since(std::chrono::steady_clock::time_point start, std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - start).count();
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;

  Family<Counter>& counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  Family<Histogram>& histograms(const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  }

  Family<Counter>& requests = counters(
      "ccp_requests_total", "Requests of clients, by endpoint and status sent; 499: they left before.");
  Family<Counter>& upstream =
      counters("ccp_upstream_requests_total",
               "Requests to the provider, by the status of its answer; none: no answer.");
  Family<Counter>& tokens = counters("ccp_tokens_total", "Tokens, by type.");
  Counter& retries = counters("ccp_retries_total", "Requests to the provider that were repeated.").Add({});
  Counter& ignored =
      counters("ccp_unknown_fields_total", "Fields of requests that this version does not know, and ignored.")
          .Add({});
  Family<Counter>& unreadable =
      counters("ccp_unreadable_fields_total",
               "Fields of the provider's answers that had no value that can be read, and were ignored.");
  Counter& input = tokens.Add({{"type", "input"}});
  Counter& cache_read = tokens.Add({{"type", "cache_read"}});
  Counter& output = tokens.Add({{"type", "output"}});
  Family<Histogram>& duration = histograms(
      "ccp_request_duration_seconds", "From the head of a request to the end of its answer, by endpoint.");
  Histogram& first_byte =
      histograms("ccp_time_to_first_byte_seconds",
                 "From the head of a request for a message to the first content from the provider.")
          .Add({}, seconds());
  Histogram& prompt_share =
      histograms("ccp_prompt_count_ratio",
                 "What message_start said of a prompt's tokens, as a share of the provider's own count.")
          .Add({}, shares());
  Gauge& in_flight = gauge("ccp_requests_in_flight", "Requests for messages that are being served.");
  Gauge& connections = gauge("ccp_client_connections", "Open connections of clients.");
  Gauge& resident = gauge("process_resident_memory_bytes", "Resident memory in bytes.");
  Gauge& started = gauge("process_start_time_seconds", "Start of the process, in seconds of Unix time.");
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {
  families_->started.Set(static_cast<double>(std::time(nullptr)));
  prometheus::BuildGauge()
      .Name("ccp_build_info")
      .Help("Always 1; the version is a label.")
      .Register(families_->registry)
      .Add({{"version", CCP_VERSION}})
      .Set(1);
}

Metrics::~Metrics() = default;

void Metrics::finished(const Record& record) {
  const std::string endpoint(record.endpoint);
  families_->requests.Add({{"endpoint", endpoint}, {"status", std::to_string(record.status)}}).Increment();
  families_->duration.Add({{"endpoint", endpoint}}, seconds())
      .Observe(since(record.start, std::chrono::steady_clock::now()));
  families_->retries.Increment(record.retries);
  if (record.first_word) families_->first_byte.Observe(since(record.start, *record.first_word));
  if (endpoint != "/v1/messages" || record.status != 200) return;
  families_->input.Increment(static_cast<double>(record.usage.input_tokens));
  families_->cache_read.Increment(static_cast<double>(record.usage.cache_read_input_tokens));
  families_->output.Increment(static_cast<double>(record.usage.output_tokens));
}

void Metrics::asked(std::optional<int> status) {
  families_->upstream.Add({{"status", status ? std::to_string(*status) : "none"}}).Increment();
}

void Metrics::counted_prompt(std::int64_t told, std::int64_t counted) {
  families_->prompt_share.Observe(static_cast<double>(told) / static_cast<double>(counted));
}

void Metrics::ignored(std::size_t fields) { families_->ignored.Increment(static_cast<double>(fields)); }

bool Metrics::unreadable(std::string_view field) {
  auto& counter = families_->unreadable.Add({{"field", std::string(field)}});
  const bool first = counter.Value() == 0;
  counter.Increment();
  return first;
}

std::string Metrics::text(std::size_t requests_in_flight, std::size_t client_connections) {
  families_->in_flight.Set(static_cast<double>(requests_in_flight));
  families_->connections.Set(static_cast<double>(client_connections));
  families_->resident.Set(resident_bytes());
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace ccp::proxy
