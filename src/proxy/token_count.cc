#include "proxy/token_count.h"

#include <algorithm>
#include <memory>

#include "proxy/worker.h"
#include "tokens/count.h"
#include "translate/base64.h"
#include "translate/tokens.h"

namespace ccp::proxy {

namespace {

constexpr std::int64_t quarters = translate::TextCost::quarters;

/// What is said of a PDF that cannot be shown.
constexpr std::int64_t placeholder = 60 * quarters;

/// A shorter text is counted faster than looked up.
constexpr std::size_t shortest_memo = 128;

class Counting final : public translate::TextCost {
 public:
  Counting(const Shared& shared, const translate::Profile& profile, std::string_view model,
           PromptCount& count)
      : memo_(shared.token_memo),
        texts_(known_texts(shared)),
        seal_(shared.seal),
        profile_(profile),
        model_(model),
        count_(count) {}

  std::int64_t thinking(const anthropic::ThinkingBlock& block, bool has_calls, bool has_tools) override {
    if (!translate::sends_reasoning(profile_.replay, has_calls, has_tools)) return 0;
    return seal_.open(model_, block.thinking, block.signature) ? text(block.thinking) : 0;
  }

  std::int64_t text(std::string_view text) override {
    if (text.size() < shortest_memo) return quarters * tokens::count(text);
    const auto key = memory::TokenMemo::key(text);
    if (const auto known = memo_.find(key)) return quarters * *known;
    if (take(text.size())) return keep({.key = key, .text = std::string(text)});
    return later({.key = key, .text = std::string(text)}, translate::EstimatedCost().text(text));
  }

  std::int64_t tool(const anthropic::Tool& tool) override {
    const auto key =
        memory::TokenMemo::combined(memory::TokenMemo::combined(memory::TokenMemo::key(tool.name),
                                                                memory::TokenMemo::key(tool.description)),
                                    memory::TokenMemo::key(tool.input_schema_json));
    if (const auto known = memo_.find(key)) return quarters * *known;
    Uncounted item{.key = key,
                   .kind = Uncounted::Kind::tool,
                   .text = std::string(tool.name),
                   .description = std::string(tool.description),
                   .schema = std::string(tool.input_schema_json)};
    // Reading a schema costs some ten times as much as counting its text.
    if (take(tool.description.size() + 10 * tool.input_schema_json.size())) return keep(item);
    return later(std::move(item), translate::EstimatedCost().tool(tool));
  }

  std::int64_t file(const anthropic::Base64Source& source) override {
    if (profile_.files) return by_pages(source.data);
    const auto known =
        texts_ == nullptr ? std::nullopt : texts_->text(translate::base64::payload(source.data));
    return known && !known->empty() ? text(*known) : placeholder;
  }

 private:
  std::int64_t by_pages(std::string_view data) {
    const auto key =
        memory::TokenMemo::combined(memory::TokenMemo::key("file"), memory::TokenMemo::key(data));
    if (const auto known = memo_.find(key)) return quarters * *known;
    Uncounted item{.key = key, .kind = Uncounted::Kind::file, .text = std::string(data)};
    if (take(data.size())) return keep(item);
    return later(std::move(item), quarters * translate::file_tokens({}));
  }

  bool take(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

  std::int64_t keep(const Uncounted& item) {
    const auto tokens = item.tokens();
    memo_.keep(item.key, tokens);
    return quarters * tokens;
  }

  std::int64_t later(Uncounted item, std::int64_t cost) {
    cost = cost / quarters * quarters;
    count_.rest.push_back(std::move(item));
    count_.estimated += cost / quarters;
    return cost;
  }

  memory::TokenMemo& memo_;
  const translate::DocumentTexts* texts_;
  const translate::ThinkingSeal& seal_;
  const translate::Profile& profile_;
  std::string_view model_;
  PromptCount& count_;
  std::size_t left_ = at_once;
};

/// A count on its way. Shared by the coroutine that waits and the thread that counts, either of which may
/// outlive the other.
struct Job {
  explicit Job(net::asio::io_context& io) : wake(io) { wake.expires_at(net::Timer::time_point::max()); }
  std::vector<Uncounted> items;
  std::int64_t tokens = 0;
  bool done = false;
  net::Timer wake;
};

void count_all(Job& job, memory::TokenMemo& memo) {
  for (const auto& item : job.items) {
    const auto tokens = item.tokens();
    memo.keep(item.key, tokens);
    job.tokens += tokens;
  }
}

}  // namespace

std::int64_t Uncounted::tokens() const {
  switch (kind) {
    case Kind::tool:
      return translate::tool_tokens(text, description, schema);
    case Kind::file:
      return translate::file_tokens(text);
    case Kind::text:
      break;
  }
  return tokens::count(text);
}

PromptCount count_prompt(const anthropic::MessagesRequest& request, const Shared& shared,
                         const translate::Profile& profile, std::string_view upstream_model) {
  PromptCount count;
  Counting cost(shared, profile, upstream_model, count);
  count.tokens = translate::prompt_tokens(request, cost);
  return count;
}

net::Task<void> complete(Worker& worker, PromptCount& count) {
  if (count.rest.empty()) co_return;
  auto job = std::make_shared<Job>(worker.io);
  job->items = std::move(count.rest);
  count.rest.clear();
  net::asio::post(worker.counters, [job, &worker] {
    count_all(*job, worker.shared.token_memo);
    net::asio::post(worker.io, [job] {
      job->done = true;
      job->wake.cancel();
    });
  });
  while (!job->done) {
    boost::system::error_code ignored;
    co_await job->wake.async_wait(net::asio::redirect_error(net::use_task, ignored));
  }
  count.tokens = std::max<std::int64_t>(1, count.tokens - count.estimated + job->tokens);
  count.estimated = 0;
}

}  // namespace ccp::proxy
