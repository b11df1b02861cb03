#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "anthropic/safeguards.h"
#include "proxy/keep_awake.h"
#include "proxy/own_question.h"
#include "proxy/worker.h"
#include "translate/safety.h"
#include "upstream/cancellation.h"

namespace ccp::proxy {

/// Has the tool calls of one answer judged by SAFETY_MODEL, each as soon as it is complete, while the answer
/// goes on. What cannot be judged in time is told as such: a verdict is never invented. Lives in the
/// coroutine of the request.
class Judge {
 public:
  /// `client`, who waits for the judgement, outlives it. Without `about` nothing is asked for.
  Judge(Worker& worker, upstream::Cancellation& client, std::shared_ptr<const translate::SafetyCase> about,
        std::string request_id);
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  /// Whether the client wants judgement and there is a model for it.
  [[nodiscard]] bool wanted() const { return about_ != nullptr; }
  /// Begins to have `call` judged.
  void judge(anthropic::ToolCall call);
  /// Ends what is still being judged.
  void end();
  /// Another answer takes the place of the one whose calls were judged: they are forgotten.
  void start_over();
  /// What became of the calls, as `safeguard_results_json` tells it, once all are judged. `client` is kept
  /// awake meanwhile.
  net::Task<std::string> results(Waiting& client);

 private:
  struct State;
  static net::Task<void> run(std::shared_ptr<State> state, std::size_t at, std::string question);
  static void log(const State& state, std::size_t at, const Result<OwnAnswer>& answer,
                  std::chrono::duration<double> took);

  Worker& worker_;
  upstream::Cancellation& client_;
  std::shared_ptr<const translate::SafetyCase> about_;
  std::string request_id_;
  std::shared_ptr<State> state_;
};

}  // namespace ccp::proxy
