#include "proxy/judge.h"

#include <fmt/format.h>

#include <deque>
#include <vector>

#include "json/reader.h"

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

Judgement judged(json::Reader& reader, const Result<OwnAnswer>& answer) {
  if (!answer) return no_answer(answer.error());
  if (auto judgement = translate::read_judgement(reader, answer->text)) return *judgement;
  return unjudged(answer->stop_reason == anthropic::StopReason::refusal ? "refused" : "error");
}

/// Why nobody judged, or that the answer is none.
std::string_view trouble(const Result<OwnAnswer>& answer) {
  return answer ? "its answer is not in the form that it was asked for"
                : std::string_view(answer.error().message);
}

}  // namespace

/// Shared with the coroutines that ask, which may outlast the Judge: until their calls have ended, at the
/// latest after SAFETY_TIMEOUT.
struct Judge::State {
  State(Worker& of, std::string id) : worker(of), request_id(std::move(id)), done(of.io) {
    done.expires_at(net::Timer::time_point::max());
  }
  void end() {
    ended = true;
    for (auto& call : asked) call.request();
    done.cancel();
  }

  Worker& worker;
  std::string request_id;
  std::vector<anthropic::ToolCall> calls;
  std::vector<anthropic::JudgedCall> judged;
  std::deque<upstream::Cancellation> asked;  ///< one for each call that somebody is asked about
  std::size_t open = 0;                      ///< of those, how many are being judged
  bool ended = false;                        ///< nobody waits for the judgement any more
  net::Timer done;                           ///< cancelled whenever one of them ends
};

Judge::Judge(Worker& worker, upstream::Cancellation& client,
             std::shared_ptr<const translate::SafetyCase> about, std::string request_id)
    : worker_(worker), client_(client), about_(std::move(about)), request_id_(std::move(request_id)) {
  start_over();
}

void Judge::end() {
  if (state_) state_->end();
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
  if (state->ended) co_return;
  auto& worker = state->worker;
  const auto& config = worker.shared.config;
  const auto begun = steady_clock::now();
  OwnQuestion own{.request_id = state->request_id,
                  .body = std::move(question),
                  .model = config.safety_model,
                  .patience = std::chrono::seconds(config.safety_timeout)};
  auto& cancellation = state->asked.emplace_back();
  const auto answer = co_await ask_own(worker, std::move(own), cancellation);
  if (state->ended) co_return;
  state->judged[at].judgement = judged(worker.reader, answer);
  log(*state, at, answer, steady_clock::now() - begun);
}

void Judge::log(const State& state, std::size_t at, const Result<OwnAnswer>& answer,
                std::chrono::duration<double> took) {
  auto& log = state.worker.shared.log;
  const auto& model = state.worker.shared.config.safety_model;
  const auto type = state.judged[at].judgement.type;
  log.write(LogLevel::info, fmt::format("{} {} by {}: {} after {:.1f} s", state.request_id,
                                        state.calls[at].name.substr(0, 64), model, name(type), took.count()));
  if (type != Judgement::Type::unavailable) return;
  log.limited(
      LogLevel::warning, "safety",
      fmt::format("{} a tool call was not judged: {} (SAFETY_MODEL), {}; Claude Code checks it itself",
                  state.request_id, model, trouble(answer)));
}

net::Task<std::string> Judge::results(Waiting& client) {
  struct Wait {
    static net::Task<void> on(std::shared_ptr<State> state) {
      while (state->open > 0 && !state->ended) {
        boost::system::error_code ignored;
        co_await state->done.async_wait(net::asio::redirect_error(net::use_task, ignored));
      }
    }
  };
  const auto state = state_;
  const upstream::Cancellation::Scope scope(client_, [state] { state->end(); });
  if (client_.requested()) state->end();
  co_await keep_awake(worker_.io, client, Wait::on(state));
  co_return anthropic::safeguard_results_json(state->judged);
}

}  // namespace ccp::proxy
