#include "proxy/judge.h"

#include <fmt/format.h>

#include <vector>

#include "json/reader.h"
#include "proxy/own_question.h"

namespace ccp::proxy {

namespace {

using anthropic::Judgement;
using std::chrono::steady_clock;

/// Calls of one answer that are judged at the same time. No model makes so many.
constexpr std::size_t most_at_once = 32;

Judgement unjudged(std::string_view reason) {
  return {.type = Judgement::Type::unavailable, .words = std::string(reason)};
}

Judgement no_answer(const Error& error) {
  switch (error.kind) {
    case ErrorKind::timeout:
      return unjudged("timeout");
    case ErrorKind::context_overflow:
      return unjudged("input_too_long");
    default:
      return unjudged("error");
  }
}

std::string_view name(Judgement::Type type) {
  switch (type) {
    case Judgement::Type::not_flagged:
      return "not flagged";
    case Judgement::Type::flagged:
      return "flagged";
    case Judgement::Type::skipped:
      return "skipped";
    case Judgement::Type::unavailable:
      return "not judged";
  }
  return "not judged";
}

}  // namespace

/// Shared with the coroutines that ask, which may outlast the Judge: until their calls have ended, at the
/// latest after SAFETY_TIMEOUT.
struct Judge::State {
  State(Worker& of, std::string id) : worker(of), request_id(std::move(id)), done(of.io) {
    done.expires_at(net::Timer::time_point::max());
  }

  Worker& worker;
  std::string request_id;
  std::vector<anthropic::ToolCall> calls;
  std::vector<anthropic::JudgedCall> judged;
  std::size_t open = 0;  ///< calls that are being judged
  Cancellation cancellation;
  net::Timer done;  ///< cancelled whenever one of them ends
};

Judge::Judge(Worker& worker, Cancellation& client, std::shared_ptr<const translate::SafetyCase> about,
             std::string request_id)
    : worker_(worker), client_(client), about_(std::move(about)), request_id_(std::move(request_id)) {
  start_over();
}

void Judge::end() {
  if (state_) state_->cancellation.end();
}

void Judge::start_over() {
  if (!wanted()) return;
  end();
  state_ = std::make_shared<State>(worker_, request_id_);
}

void Judge::judge(anthropic::ToolCall call) {
  auto& state = *state_;
  const auto at = state.judged.size();
  state.judged.push_back({.id = call.id, .judgement = unjudged("error")});
  auto& judgement = state.judged.back().judgement;
  state.calls.push_back(std::move(call));
  const auto& asked = state.calls.back();
  if (translate::runs_unasked(*about_, asked.name)) {
    judgement = {.type = Judgement::Type::skipped, .words = {}};
  } else if (asked.input.size() > translate::longest_judged) {
    judgement = unjudged("input_too_long");
  } else if (state.open == most_at_once) {
    judgement = unjudged("error");
  } else if (!asked.input.empty() && !json::is_object(asked.input)) {
    judgement = unjudged("input_unparsed");
  } else {
    const std::span<const anthropic::ToolCall> all(state.calls);
    auto question = translate::safety_question(*about_, all.first(at), asked);
    ++state.open;
    net::asio::co_spawn(worker_.io, run(state_, at, std::move(question)), net::asio::detached);
  }
}

net::Task<void> Judge::run(std::shared_ptr<State> state, std::size_t at, std::string question) {
  struct Ending {  // with an exception too: `results` waits for it
    State& state;
    ~Ending() {
      --state.open;
      state.done.cancel();
    }
  };
  const Ending ending{*state};
  auto& worker = state->worker;
  const auto& config = worker.shared.config;
  const auto begun = steady_clock::now();
  OwnQuestion own{.request_id = state->request_id,
                  .body = std::move(question),
                  .model = config.safety_model,
                  .patience = std::chrono::seconds(config.safety_timeout)};
  auto answer = co_await ask_own(worker, std::move(own), state->cancellation);
  if (state->cancellation.gone()) co_return;
  std::string failure;
  Judgement judgement;
  if (!answer) {
    judgement = no_answer(answer.error());
    failure = answer.error().message;
  } else if (auto read = translate::read_judgement(worker.reader, answer->text)) {
    judgement = std::move(*read);
  } else {
    const bool refused = answer->stop_reason == anthropic::StopReason::refusal;
    judgement = unjudged(refused ? "refused" : "error");
    failure = "its answer is not in the form that it was asked for";
  }
  const std::chrono::duration<double> took = steady_clock::now() - begun;
  worker.shared.log.write(
      LogLevel::info,
      fmt::format("{} {} by {}: {} after {:.1f} s", state->request_id, state->calls[at].name.substr(0, 64),
                  config.safety_model, name(judgement.type), took.count()));
  if (!failure.empty()) {
    worker.shared.log.limited(
        LogLevel::warning, "safety",
        fmt::format("{} a tool call was not judged: {} (SAFETY_MODEL), {}; Claude Code checks it itself",
                    state->request_id, config.safety_model, failure));
  }
  state->judged[at].judgement = std::move(judgement);
}

net::Task<std::string> Judge::results(Waiting& client) {
  struct Wait {
    static net::Task<void> on(std::shared_ptr<State> state) {
      while (state->open > 0 && !state->cancellation.gone()) {
        boost::system::error_code ignored;
        co_await state->done.async_wait(net::asio::redirect_error(net::use_task, ignored));
      }
    }
  };
  const auto state = state_;
  const Cancellation::Watched watched(client_, [state] {
    state->cancellation.end();
    state->done.cancel();
  });
  if (client_.gone()) state->cancellation.end();
  co_await keep_awake(worker_.io, client, Wait::on(state));
  co_return anthropic::safeguard_results_json(state->judged);
}

}  // namespace ccp::proxy
