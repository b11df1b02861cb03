#include "translate/overflow.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "translate/numbers.h"
#include "translate/wording.h"

namespace ccp::translate {

namespace {

/// Lower case. Each is said by some provider, and only of a prompt that does not fit.
constexpr std::array phrases = {
    std::string_view("maximum context length"),
    std::string_view("context_length_exceeded"),
    std::string_view("context length exceeded"),
    std::string_view("exceeds the context window"),
    std::string_view("exceed context window"),
    std::string_view("context window exceeds"),
    std::string_view("contextwindowexceeded"),
    std::string_view("context_window_exceeded"),
    std::string_view("available context size"),
    std::string_view("exceeds context size"),
    std::string_view("context size has been exceeded"),
    std::string_view("exceed_context_size"),
    std::string_view("context_exceeded"),
    std::string_view("context the overflows"),
    std::string_view("context overflow"),
    std::string_view("exceed context limit"),
    std::string_view("exceeds context limit"),
    std::string_view("exceeded max context length"),
    std::string_view("greater than the context length"),
    std::string_view("longer than the model's context length"),
    std::string_view("longer than the maximum model length"),
    std::string_view("prompt is too long"),
    std::string_view("prompt too long"),
    std::string_view("input is too long"),
    std::string_view("input length too long"),
    std::string_view("input prompt is too long"),
    std::string_view("maximum prompt length"),
    std::string_view("prompt exceeds max length"),
    std::string_view("prompt token count"),
    std::string_view("input token count"),
    std::string_view("exceeds the maximum number of tokens"),
    std::string_view("maximum allowed input length"),
    std::string_view("exceeds the maximum allowed length"),
    std::string_view("exceeds the maximum length"),
    std::string_view("exceeded model token limit"),
    std::string_view("range of input length should be"),
    std::string_view("too large for model with"),
    std::string_view("`inputs` tokens"),
    std::string_view("too many tokens: size limit exceeded"),
    std::string_view("too many tokens: total number of tokens"),
    std::string_view("equal to max_seq_len"),
    std::string_view("less than max_seq_len"),
    std::string_view("tokens_limit_reached"),
    std::string_view("reduce the length of the messages"),
    std::string_view("context length is only"),
    std::string_view("input length exceeds the context length"),
    std::string_view("`inputs` must have less than"),
    std::string_view("token length exceed model limit"),
    std::string_view("number of input tokens exceeds"),
    std::string_view("cannot truncate prompt with n_keep"),
    std::string_view("tokens in request more than max tokens allowed"),
    std::string_view("exceeds the model's context window"),
    std::string_view("exceeds this model's context window"),
    std::string_view("configured context size"),
};

enum class Role : std::uint8_t {
  general,     ///< a limit or a total
  prompt,      ///< the prompt, or a part of it
  completion,  ///< the completion's part of a total
  max_tokens,  ///< the requested `max_tokens`
  excess,      ///< by how much the limit is exceeded
  remainder,   ///< what the others leave: says nothing new
};

struct Part : Number {
  Role role = Role::general;
};

constexpr std::int64_t smallest_general =
    1000;  ///< smaller ones are codes, indices and counts of other things

Role role_of(std::string_view before, std::string_view after) {
  if (before.ends_with("maximum input length of ")) return Role::remainder;
  if (contains_any(after, {"in the messages", "from the input messages", "in your prompt", "in the prompt",
                           "in your messages", "text input", "tool input", "image input", "input tokens",
                           "`inputs` tokens", "prompt tokens", "in the functions", "in the tools"})) {
    return Role::prompt;
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
  return contains_any(
      text.substr(from, number.end + 32 - from),
      {"prompt", "context", "token", "length", "input", "limit", "requested", "n_ctx", "seq_len"});
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

std::string sum_too_long(std::int64_t input, std::int64_t max_tokens, std::int64_t limit) {
  return fmt::format("input length and `max_tokens` exceed context limit: {} + {} > {}", input, max_tokens,
                     limit);
}

std::optional<Exceeded> with_numbers(std::string_view text) {
  if (is_anthropic_sum(text)) {
    const auto n = numbers_in(text);
    return Exceeded{sum_too_long(n[0].value, n[1].value, n[2].value), n[2].value};
  }
  const Counts counts = counts_in(text);
  const auto limit = counts.limit;
  if (limit == 0) return std::nullopt;
  if (counts.excess > 0) return Exceeded{too_long(limit + counts.excess, limit), limit};
  if (counts.prompt > limit) return Exceeded{too_long(counts.prompt, limit), limit};
  if (counts.prompt > 0 && counts.max_tokens > 0 && counts.prompt + counts.max_tokens > limit)
    return Exceeded{sum_too_long(counts.prompt, counts.max_tokens, limit), limit};
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
  const auto says = [](std::string_view text) {
    return std::any_of(phrases.begin(), phrases.end(),
                       [&](auto phrase) { return text.find(phrase) != text.npos; });
  };
  if (code.find("string_above_max_length") != code.npos && words.find("messages") != words.npos)
    return Overflow::characters;
  return says(words) || says(code) ? Overflow::tokens : Overflow::no;
}

}  // namespace

std::optional<std::string> overflow_message(const openai::ErrorBody& body) {
  const std::string words = lower(body.message);
  const auto overflow = overflow_of(body, words);
  if (overflow == Overflow::no) return std::nullopt;
  if (overflow == Overflow::tokens) {
    if (auto exceeded = with_numbers(words)) return std::move(exceeded->message);
  }
  if (words.starts_with("prompt is too long")) return mask_identifiers(body.message);
  return body.message.empty() ? "prompt is too long"
                              : "prompt is too long: " + mask_identifiers(body.message);
}

std::optional<std::int64_t> overflow_limit(const openai::ErrorBody& body) {
  const std::string words = lower(body.message);
  if (overflow_of(body, words) != Overflow::tokens) return std::nullopt;
  const auto exceeded = with_numbers(words);
  return exceeded ? std::optional(exceeded->limit) : std::nullopt;
}

}  // namespace ccp::translate
