#include "translate/overflow.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "translate/numbers.h"
#include "translate/overflow_words.h"
#include "translate/wording.h"

namespace ccp::translate {

namespace {

enum class Role : std::uint8_t {
  general,     ///< a limit or a total
  prompt,      ///< the prompt, or a part of it
  completion,  ///< the completion's part of a total
  max_tokens,  ///< the requested `max_tokens`
  excess,      ///< by how much the limit is exceeded
  at_least,    ///< the prompt has more than this: where the provider stopped to count
  remainder,   ///< what the others leave, or no tokens at all: says nothing new
};

struct Part : Number {
  Role role = Role::general;
};

constexpr std::int64_t smallest_general =
    1000;  ///< smaller ones are codes, indices and counts of other things

Role role_of(std::string_view before, std::string_view after) {
  if (before.ends_with("maximum input length of ")) return Role::remainder;
  if (contains_any(after.substr(0, 18), {" character", " input character", " chars"})) return Role::remainder;
  if (contains_any(after, {"in the messages", "from the input messages", "in your prompt", "in the prompt",
                           "in your messages", "text input", "tool input", "image input", "input tokens",
                           "`inputs` tokens", "prompt tokens", "in the functions", "in the tools"})) {
    return before.ends_with("at least ") ? Role::at_least : Role::prompt;
  }
  if (contains_any(after, {"in the completion", "for the completion", "in the output"}))
    return Role::completion;
  if (before.ends_with(" by ")) return Role::excess;
  if (contains_any(after, {"`max_new_tokens`", "output tokens"})) return Role::max_tokens;
  if (contains_any(before, {"max_tokens", "max_completion_tokens", "parameter=max"})) return Role::max_tokens;
  return Role::general;
}

bool is_near_tokens(std::string_view text, const Number& number) {
  const std::size_t from = number.begin - std::min<std::size_t>(number.begin, 48);
  return contains_any(text.substr(from, number.end + 32 - from),
                      {"prompt", "context", "token", "length", "input", "limit", "requested", "n_ctx",
                       "seq_len", "上下文", "输入", "长度", "最大", "限制"});
}

/// The numbers that matter, each with its role.
std::vector<Part> roles_in(std::string_view text) {
  std::vector<Part> numbers;
  for (const auto& number : numbers_in(text)) numbers.push_back({number});
  std::size_t previous = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Part& number = numbers[i];
    const std::size_t next = i + 1 < numbers.size() ? numbers[i + 1].begin : text.size();
    const std::size_t from = std::max(previous, number.begin - std::min<std::size_t>(number.begin, 40));
    number.role = role_of(text.substr(from, number.begin - from),
                          text.substr(number.end, std::min<std::size_t>(next - number.end, 32)));
    previous = number.end;
  }
  std::erase_if(numbers, [&](const Part& n) {
    return n.role == Role::general && (n.value < smallest_general || !is_near_tokens(text, n));
  });
  return numbers;
}

/// What the numbers say, 0 where they say nothing.
struct Counts {
  std::int64_t prompt = 0;
  std::int64_t at_least = 0;  ///< the prompt has so many and more
  std::int64_t completion = 0;
  std::int64_t max_tokens = 0;
  std::int64_t excess = 0;
  std::int64_t limit = 0;  ///< the smaller of the numbers without a part's role
  std::int64_t total = 0;  ///< the largest of them
};

Counts counts_in(std::string_view text) {
  Counts counts;
  const auto numbers = roles_in(text);
  for (const auto& n : numbers) {
    if (n.role == Role::prompt) counts.prompt += n.value;
    if (n.role == Role::at_least) counts.at_least = n.value;
    if (n.role == Role::completion) counts.completion += n.value;
    if (n.role == Role::max_tokens) counts.max_tokens = n.value;
    if (n.role == Role::excess) counts.excess = n.value;
  }
  for (const auto& n : numbers) {
    // A part may be told again without its name: `(32000 > 16384 - 1500)`.
    if (n.role != Role::general || n.value == counts.max_tokens || n.value == counts.prompt) continue;
    counts.limit = counts.limit == 0 ? n.value : std::min(counts.limit, n.value);
    counts.total = std::max(counts.total, n.value);
  }
  return counts;
}

std::string too_long(std::int64_t tokens, std::int64_t maximum) {
  return fmt::format("prompt is too long: {} tokens > {} maximum", tokens, maximum);
}

/// `I + M > L` as Anthropic itself writes it, to be passed on as it is.
bool is_anthropic_sum(std::string_view text) {
  const auto numbers = numbers_in(text);
  return text.find("input length and `max_tokens` exceed context limit") != std::string_view::npos &&
         numbers.size() == 3;
}

/// What an error says in numbers: the words for the client, and the limit.
struct Exceeded {
  std::string message;
  std::int64_t limit;
};

/// Claude Code answers the sum by asking for `limit - input - 1000` tokens, but not for less than 3,000: then
/// only a shorter prompt helps, and it must be told so.
constexpr std::int64_t least_room = 4000;

std::string sum_too_long(std::int64_t input, std::int64_t max_tokens, std::int64_t limit) {
  if (limit - input < least_room) return too_long(input + max_tokens, limit);
  return fmt::format("input length and `max_tokens` exceed context limit: {} + {} > {}", input, max_tokens,
                     limit);
}

/// A provider that stopped to count says only that the prompt has more than what fits beside max_tokens. The
/// client's next max_tokens must leave it clearly more room, or it comes here again and again: what we count
/// and a tenth, or, where that was too little, a quarter of what is left.
std::int64_t likely_prompt(std::int64_t at_least, std::int64_t counted, std::int64_t limit) {
  if (counted >= at_least) return counted * 11 / 10;
  return std::max(counted * 11 / 10, at_least + (limit - at_least) / 4);
}

std::optional<Exceeded> with_lower_bound(const Counts& counts, std::int64_t counted) {
  const auto likely = likely_prompt(counts.at_least, counted, counts.limit);
  if (likely > counts.limit || counts.max_tokens == 0)
    return Exceeded{too_long(std::max(likely, counts.limit + 1), counts.limit), counts.limit};
  return Exceeded{sum_too_long(likely, counts.max_tokens, counts.limit), counts.limit};
}

std::optional<Exceeded> with_numbers(std::string_view text, std::int64_t counted) {
  if (is_anthropic_sum(text)) {
    const auto n = numbers_in(text);
    return Exceeded{sum_too_long(n[0].value, n[1].value, n[2].value), n[2].value};
  }
  const Counts counts = counts_in(text);
  const auto limit = counts.limit;
  if (limit == 0) return std::nullopt;
  if (counts.at_least > 0) return with_lower_bound(counts, counted);
  if (counts.excess > 0) return Exceeded{too_long(limit + counts.excess, limit), limit};
  if (counts.prompt > limit) return Exceeded{too_long(counts.prompt, limit), limit};
  const auto asked = std::max(counts.max_tokens, counts.completion);
  if (counts.prompt > 0 && asked > 0 && counts.prompt + asked > limit)
    return Exceeded{sum_too_long(counts.prompt, asked, limit), limit};
  const auto total = counts.total > limit ? counts.total : counts.prompt + counts.completion;
  if (total > limit) return Exceeded{too_long(total, limit), limit};
  return std::nullopt;
}

enum class Overflow : std::uint8_t {
  no,
  tokens,
  characters,  ///< OpenAI's limit of one message: its numbers are no tokens
};

Overflow overflow_of(const openai::ErrorBody& body, std::string_view words) {
  const std::string code = lower(body.code + " " + body.type);
  if (code.find("string_above_max_length") != code.npos && words.find("messages") != words.npos)
    return Overflow::characters;
  const bool overflow = says_overflow(words) || is_overflow_code(code) || has_negative_max_tokens(words);
  return overflow ? Overflow::tokens : Overflow::no;
}

}  // namespace

std::optional<std::string> overflow_message(const openai::ErrorBody& body, std::int64_t counted) {
  const std::string words = lower(body.message);
  const auto overflow = overflow_of(body, words);
  if (overflow == Overflow::no) return std::nullopt;
  if (overflow == Overflow::tokens) {
    if (auto exceeded = with_numbers(words, counted)) return std::move(exceeded->message);
  }
  if (words.starts_with("prompt is too long")) return mask_identifiers(body.message);
  return body.message.empty() ? "prompt is too long"
                              : "prompt is too long: " + mask_identifiers(body.message);
}

std::optional<std::int64_t> overflow_limit(const openai::ErrorBody& body) {
  const std::string words = lower(body.message);
  if (overflow_of(body, words) != Overflow::tokens) return std::nullopt;
  if (const auto exceeded = with_numbers(words, 0)) return exceeded->limit;
  // Counted in characters, of which a token has several: only the limit is in tokens.
  const auto limit = words.contains("characters") ? counts_in(words).limit : 0;
  return limit > 0 ? std::optional(limit) : std::nullopt;
}

}  // namespace ccp::translate
