#include "openai/usage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ccp::openai {

namespace {

using json::Type;
using json::Value;
using Count = std::optional<std::int64_t>;

/// The figures of one `usage`, by meaning.
struct Figures {
  Count prompt;  ///< with cached tokens, as OpenAI counts
  Count input;   ///< `input_tokens`: with them in the Responses API, without in Anthropic's
  Count completion;
  Count total;
  Count cached;
  Count written;
  Count reasoning;
  bool cache_beside_input = false;  ///< Anthropic's names of the cache's figures were used
};

struct Name {
  std::string_view key;
  Count Figures::* figure;
};

/// Every name of a figure, in `usage` itself and in its `…_details`: the first that says something counts.
constexpr std::array<Name, 24> names = {{
    {"prompt_tokens", &Figures::prompt},
    {"promptTokens", &Figures::prompt},
    {"prompt_token_count", &Figures::prompt},
    {"promptTokenCount", &Figures::prompt},
    {"input_tokens", &Figures::input},
    {"inputTokens", &Figures::input},
    {"completion_tokens", &Figures::completion},
    {"completionTokens", &Figures::completion},
    {"output_tokens", &Figures::completion},
    {"outputTokens", &Figures::completion},
    {"candidatesTokenCount", &Figures::completion},
    {"total_tokens", &Figures::total},
    {"totalTokens", &Figures::total},
    {"totalTokenCount", &Figures::total},
    {"cached_tokens", &Figures::cached},
    {"prompt_cache_hit_tokens", &Figures::cached},
    {"cache_read_input_tokens", &Figures::cached},
    {"cache_read_tokens", &Figures::cached},
    {"cache_write_tokens", &Figures::written},
    {"cache_creation_input_tokens", &Figures::written},
    {"cache_creation_tokens", &Figures::written},
    {"created_cache_tokens", &Figures::written},
    {"reasoning_tokens", &Figures::reasoning},
    {"thoughtsTokenCount", &Figures::reasoning},
}};

bool is_details(std::string_view key) { return key.ends_with("_details") || key == "details"; }

Result<void> read_figure(std::string_view key, Value field, Figures& figures, Unreadable& unreadable) {
  const auto* const name = std::ranges::find(names, key, &Name::key);
  if (name == names.end()) return field.skip();
  Count count;
  auto result = read_side_count(field, name->key, count, unreadable);
  auto& figure = figures.*(name->figure);
  if (count) figure = std::max(figure.value_or(0), *count);
  if (count && (key == "cache_read_input_tokens" || key == "cache_creation_input_tokens"))
    figures.cache_beside_input = true;
  return result;
}

Result<void> read_details(Value value, Figures& figures, Unreadable& unreadable) {
  if (value.type() != Type::object) return value.skip();
  return value.object([&](std::string_view key, Value field) {
    // `input_tokens` and the like would be a part of the whole here
    const bool is_part = key.starts_with("cache") || key.starts_with("created") || key == "reasoning_tokens";
    return is_part ? read_figure(key, field, figures, unreadable) : field.skip();
  });
}

/// The whole prompt. Where cached tokens are more than it, or the total is only right with them, or the names
/// are Anthropic's, they stand beside it.
Count whole_prompt(const Figures& figures) {
  auto prompt = figures.prompt ? figures.prompt : figures.input;
  if (!prompt) return prompt;
  const auto cache = figures.cached.value_or(0) + figures.written.value_or(0);
  const bool by_name = !figures.prompt && figures.cache_beside_input;
  const bool by_total = cache > 0 && figures.total == *prompt + figures.completion.value_or(0) + cache;
  if (by_name || by_total || (figures.cache_beside_input && cache > *prompt)) *prompt += cache;
  return prompt;
}

/// The whole answer. xAI leaves reasoning out of `completion_tokens`: the total tells, or that there is more
/// reasoning than answer.
Count whole_completion(const Figures& figures, const Count& prompt) {
  auto completion = figures.completion;
  if (!completion || figures.reasoning.value_or(0) == 0) return completion;
  const bool by_total = figures.total == prompt.value_or(0) + *completion + *figures.reasoning;
  if (by_total || *figures.reasoning > *completion) *completion += *figures.reasoning;
  return completion;
}

Usage usage_of(const Figures& figures) {
  const auto prompt = whole_prompt(figures);
  return {.prompt_tokens = prompt,
          .completion_tokens = whole_completion(figures, prompt),
          .cached_tokens = figures.cached,
          .cache_write_tokens = figures.written};
}

Count whole_number(double number) {
  if (number < 0 || number > 9e15 || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

Count count_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return whole_number(static_cast<double>(number));
}

}  // namespace

Result<void> read_side_count(Value value, std::string_view name, Count& target, Unreadable& unreadable) {
  const auto type = value.type();
  if (type == Type::null) return value.skip();
  Count count;
  if (type == Type::string) {
    const auto text = value.string();
    if (!text) return std::unexpected(text.error());
    count = count_in(*text);
  } else if (type == Type::number) {
    if (const auto number = value.number()) {
      count = whole_number(*number);
    } else if (auto skipped = value.skip(); !skipped) {
      return skipped;
    }
  } else if (auto skipped = value.skip(); !skipped) {
    return skipped;
  }
  if (count) {
    target = count;
  } else {
    unreadable.push_back(name);
  }
  return {};
}

Result<void> read_usage(Value value, std::optional<Usage>& usage, Unreadable& unreadable) {
  const auto type = value.type();
  if (type == Type::null) return value.skip();
  if (type != Type::object) {
    unreadable.emplace_back("usage");
    return value.skip();
  }
  Figures figures;
  auto result = value.object([&](std::string_view key, Value field) {
    return is_details(key) ? read_details(field, figures, unreadable)
                           : read_figure(key, field, figures, unreadable);
  });
  const auto said = usage_of(figures);
  if (!usage) usage.emplace();
  if (said.prompt_tokens) usage->prompt_tokens = said.prompt_tokens;
  if (said.completion_tokens) usage->completion_tokens = said.completion_tokens;
  if (said.cached_tokens) usage->cached_tokens = said.cached_tokens;
  if (said.cache_write_tokens) usage->cache_write_tokens = said.cache_write_tokens;
  return result;
}

}  // namespace ccp::openai
