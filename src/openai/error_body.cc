#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "openai/chunk.h"
#include "openai/error_fields.h"

namespace ccp::openai {

namespace {

/// A value as text: a string's content, nothing for null, the JSON of anything else.
Result<std::string> any_text(json::Value value) {
  const auto view = value.is_string() ? value.string() : value.slice();
  if (!view) return std::unexpected(view.error());
  if (*view == "null") return std::string();
  return std::string(*view);
}

Result<void> read_text(json::Value value, std::string& target) {
  auto text = any_text(value);
  if (!text) return std::unexpected(text.error());
  if (!text->empty()) target = std::move(*text);
  return {};
}

Result<void> read_count(json::Value value, std::optional<std::int64_t>& target) {
  if (value.type() != json::Type::number) return value.skip();
  const auto count = value.integer();
  if (!count) return std::unexpected(count.error());
  target = *count;
  return {};
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_prefix) {
  return text.size() >= lower_prefix.size() &&
         std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                    [](char wanted, char c) { return wanted == lower(c); });
}

std::size_t find_ignoring_case(std::string_view text, std::string_view lower, std::size_t from = 0) {
  for (; from + lower.size() <= text.size(); ++from) {
    if (starts_with_ignoring_case(text.substr(from), lower)) return from;
  }
  return std::string_view::npos;
}

bool is_html(std::string_view text) {
  return starts_with_ignoring_case(text, "<!doctype") || starts_with_ignoring_case(text, "<html") ||
         find_ignoring_case(text.substr(0, 512), "<html") != std::string_view::npos;
}

std::string html_title(std::string_view page) {
  const auto open = find_ignoring_case(page, "<title");
  const auto start = open == std::string_view::npos ? open : page.find('>', open);
  if (start == std::string_view::npos) return "an HTML page without a title";
  const auto end = std::min(find_ignoring_case(page, "</title", start), page.size());
  auto title = shortened(page.substr(start + 1, end - start - 1));
  return title.empty() ? "an HTML page without a title" : title;
}

std::string bare_text(std::string_view text) {
  text = trimmed(text);
  if (is_html(text)) return html_title(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return shortened(text);
}

}  // namespace

std::string shortened(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return {};
  constexpr std::string_view ellipsis = "…";
  const bool cut = text.size() > max_error_message;
  if (cut) text = beginning(text, max_error_message - ellipsis.size());
  std::string result(text);
  if (!simdjson::validate_utf8(result.data(), result.size())) {
    std::replace_if(
        result.begin(), result.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; },
        '?');
  }
  if (cut) result += ellipsis;
  return result;
}

Result<void> ErrorFields::read(json::Value value) {
  switch (value.type()) {
    case json::Type::object:
      return value.object([this](std::string_view key, json::Value inner) { return field(key, inner); });
    case json::Type::array:
      return value.array(
          [this](std::size_t index, json::Value inner) { return index == 0 ? read(inner) : inner.skip(); });
    case json::Type::string:
      return body_.message.empty() ? read_text(value, body_.message) : value.skip();
    default:
      return value.skip();
  }
}

Result<void> ErrorFields::field(std::string_view key, json::Value value) {
  if (key == "error" || key == "errors" || key == "base_resp") return read(value);
  if (key == "message" || key == "detail" || key == "msg" || key == "status_msg") {
    if (value.type() == json::Type::object) return read(value);
    return body_.message.empty() ? read_text(value, body_.message) : value.skip();
  }
  if (key == "failed_generation") return read_text(value, failed_generation_);  // Groq
  if (key == "status_code" && !body_.code.empty()) return value.skip();
  if (key == "code" || key == "status_code") return read_text(value, body_.code);
  if (key == "param") return read_text(value, body_.param);
  if (key == "type") {
    std::string type;
    if (auto result = read_text(value, type); !result) return result;
    if (!type.empty() && type != "error") body_.type = std::move(type);
    return {};
  }
  if (key == "status" && value.is_string() && body_.type.empty())
    return read_text(value, body_.type);                                                // Gemini
  if (key == "metadata" && value.type() == json::Type::object) return metadata(value);  // OpenRouter
  if (key == "details" && value.type() == json::Type::array) return details(value);     // Gemini
  if (key == "n_prompt_tokens") return read_count(value, prompt_tokens_);               // llama.cpp
  if (key == "n_ctx") return read_count(value, context_tokens_);
  return value.skip();
}

Result<void> ErrorFields::metadata(json::Value value) {
  return value.object([this](std::string_view key, json::Value inner) {
    if (key == "headers" && inner.type() == json::Type::object) return headers(inner);
    return key == "raw" ? read_text(inner, upstream_words_) : inner.skip();
  });
}

/// OpenRouter puts the headers of a limit into the body; its time of the reset is in milliseconds.
Result<void> ErrorFields::headers(json::Value value) {
  return value.object([this](std::string_view key, json::Value inner) -> Result<void> {
    std::string reset;
    if (key != "X-RateLimit-Reset") return inner.skip();
    if (auto result = read_text(inner, reset); !result) return result;
    std::int64_t milliseconds = 0;
    const auto [end, error] = std::from_chars(reset.data(), reset.data() + reset.size(), milliseconds);
    const bool plausible = milliseconds > 1'000'000'000'000 && milliseconds < 10'000'000'000'000;
    if (error == std::errc{} && plausible) body_.until = milliseconds / 1000;
    return {};
  });
}

Result<void> ErrorFields::details(json::Value value) {
  return value.array([this](std::size_t, json::Value entry) -> Result<void> {
    if (entry.type() != json::Type::object) return entry.skip();
    return entry.object([this](std::string_view key, json::Value inner) -> Result<void> {
      std::string delay;
      if (key != "retryDelay") return inner.skip();
      if (auto result = read_text(inner, delay); !result) return result;
      const auto number = delay.ends_with('s') ? rounded_up(delay.substr(0, delay.size() - 1)) : std::nullopt;
      if (number && *number <= longest_wait.count()) body_.retry_delay = std::chrono::seconds(*number);
      return {};
    });
  });
}

ErrorBody ErrorFields::take() {
  std::string message = shortened(body_.message);
  if (!upstream_words_.empty()) {
    if (!message.empty()) message += ": ";
    message += upstream_words_;
  }
  if (!failed_generation_.empty()) message += " - failed_generation: " + failed_generation_;
  if (prompt_tokens_ && context_tokens_) {
    message = shortened(message).substr(0, max_error_message - 80);
    message += " (prompt tokens " + std::to_string(*prompt_tokens_) + ", context size " +
               std::to_string(*context_tokens_) + " tokens)";
  }
  body_.message = shortened(message);
  body_.type = shortened(body_.type).substr(0, 128);
  body_.code = shortened(body_.code).substr(0, 128);
  body_.param = shortened(body_.param).substr(0, 128);
  return std::move(body_);
}

ErrorBody words(std::string_view text) { return {.message = bare_text(text)}; }

bool says_nothing(std::string_view text) {
  static constexpr std::array<std::string_view, 14> alive = {"null",
                                                             "true",
                                                             "false",
                                                             "undefined",
                                                             "ping",
                                                             "pong",
                                                             "keepalive",
                                                             "heartbeat",
                                                             "alive",
                                                             "connected",
                                                             "processing",
                                                             "ok",
                                                             "openrouterprocessing",
                                                             "start"};
  std::string letters;
  for (const char c : text.substr(0, 64)) {
    if (is_ascii_alphanumeric(c)) letters += lower(c);
    if ((static_cast<unsigned char>(c) & 0x80) != 0) return false;
  }
  const bool number = letters.find_first_not_of("0123456789") == std::string::npos;
  return text.size() <= 64 && (number || std::ranges::find(alive, letters) != alive.end());
}

ErrorBody parse_error(json::Reader& reader, std::string body) {
  ErrorFields fields;
  (void)reader.parse(body, [&fields](json::Value root) { return fields.read(root); });
  ErrorBody error = fields.take();
  if (error.message.empty()) error.message = bare_text(body);
  return error;
}

}  // namespace ccp::openai
