#include "translate/errors.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>

#include "base/ascii.h"
#include "translate/overflow.h"
#include "translate/refusal_words.h"
#include "translate/refused_media.h"
#include "translate/wording.h"

namespace ccp::translate {

namespace {

/// The status that an error object inside a 200 stream stands for; 0 when it does not say.
int status_inside_stream(const openai::ErrorBody& body, std::string_view code) {
  int number = 0;
  const auto [end, error] = std::from_chars(body.code.data(), body.code.data() + body.code.size(), number);
  if (error == std::errc{} && end == body.code.data() + body.code.size() && number >= 400 && number < 600)
    return number;
  if (body.code == "1004") return 401;  // MiniMax, GLM
  if (contains_any(code, {"invalid_api_key", "authentication", "unauthorized", "unauthenticated"}))
    return 401;
  if (contains_any(code, {"permission"})) return 403;
  if (contains_any(code, {"not_found", "notfound"})) return 404;
  if (contains_any(code, {"rate_limit", "too_many_requests", "resource_exhausted", "insufficient_quota"}))
    return 429;
  if (contains_any(code, {"overloaded"})) return 529;
  if (contains_any(code, {"invalid_request", "badrequest", "invalid_argument"})) return 400;
  return 0;
}

struct Class {
  ErrorKind kind;
  Retry retry;
};

Class class_of_status(int status) {
  switch (status) {
    case 0:
      return {ErrorKind::api, Retry::yes};
    case 408:
      return {ErrorKind::timeout, Retry::yes};
    case 409:
      return {ErrorKind::api, Retry::yes};
    case 413:
      return {ErrorKind::too_large, Retry::no};
    case 501:
      return {ErrorKind::not_supported, Retry::no};
    case 502:
      return {ErrorKind::bad_gateway, Retry::yes};
    case 503:
      return {ErrorKind::unavailable, Retry::yes};
    case 504:
      return {ErrorKind::timeout, Retry::yes};
    case 529:
      return {ErrorKind::overloaded, Retry::yes};
    default:
      break;
  }
  if (status >= 500) return {ErrorKind::api, Retry::yes};
  // 1xx to 3xx: OPENAI_BASE_URL does not lead to an API.
  return status >= 400 ? Class{ErrorKind::invalid_request, Retry::no}
                       : Class{ErrorKind::bad_gateway, Retry::no};
}

std::string said(const Refusal& refusal) {
  if (!refusal.body.message.empty()) return mask_identifiers(refusal.body.message);
  return refusal.status == 0 ? "an error without a message" : "no explanation";
}

std::string host_of(const Refusal& refusal) {
  return refusal.host.empty() ? std::string("the provider") : "the provider at " + std::string(refusal.host);
}

Error refused_key(const Refusal& refusal, int status) {
  return {.kind = ErrorKind::permission,
          .message = fmt::format("{} refused the key of this proxy (status {}): {} - check OPENAI_API_KEY",
                                 host_of(refusal), status, said(refusal))};
}

Error without_credit(const Refusal& refusal, int status) {
  return {.kind = ErrorKind::permission,
          .message = fmt::format("{} wants a payment for the account behind OPENAI_API_KEY (status {}): {}",
                                 host_of(refusal), status, said(refusal))};
}

std::string in_time(std::chrono::seconds wait) {
  const auto minutes = (wait.count() + 59) / 60;
  return minutes < 120 ? fmt::format("{} min", minutes)
                       : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

/// Says until when, where only a header does.
Error limited(const Refusal& refusal, const Words& words) {
  Error error{.kind = ErrorKind::rate_limit, .retry = Retry::yes, .message = said(refusal)};
  if (!is_final_rate_limit(words)) return error;
  const bool used_up = is_used_up(words) || is_empty_account(words);
  error.retry = used_up ? Retry::never : Retry::no;
  if (used_up && refusal.body.until) {
    error.message += fmt::format(" (until {:%Y-%m-%d %H:%M} UTC)", fmt::gmtime(*refusal.body.until));
  } else if (used_up && refusal.retry_after)
    error.message += fmt::format(" (again in {})", in_time(*refusal.retry_after));
  return error;
}

Error loading(const Refusal& refusal) {
  return {.kind = ErrorKind::loading,
          .retry = Retry::yes,
          .message = fmt::format("{} is still loading the model: {}", host_of(refusal), said(refusal))};
}

Error not_found(const Refusal& refusal, bool unknown_model) {
  const auto cure = unknown_model ? "check BIG_MODEL, MIDDLE_MODEL and SMALL_MODEL"
                                  : "check OPENAI_BASE_URL and the model's name";
  return {.kind = ErrorKind::not_found,
          .message = fmt::format("{} does not know {}: {} - {}", host_of(refusal),
                                 unknown_model ? "the model" : "this path or model", said(refusal), cure)};
}

/// A model that calls no tools, or a server that was started so.
std::string_view cure_of_missing_tools(const Words& words) {
  if (words.message.contains("--enable-auto-tool-choice")) {
    return "start vLLM with --enable-auto-tool-choice and the --tool-call-parser of the model";
  }
  if (words.message.contains("--jinja")) return "start llama-server with --jinja";
  const bool missing = contains_any(
      words.message, {"does not support tool", "not support tool", "n't support tool", "support tool use",
                      "does not support function call", "not support function call",
                      "tool use is not supported", "tools are not supported", "tool calling is not supported",
                      "function calling is not enabled", "function calling is not supported"});
  return missing && !words.message.contains("tool_choice") && !words.message.contains("tool choice")
             ? "choose a model that calls tools for BIG_MODEL, MIDDLE_MODEL or SMALL_MODEL"
             : "";
}

Error without_tools(const Refusal& refusal, std::string_view cure) {
  return {.kind = ErrorKind::invalid_request, .message = fmt::format("{} - {}", said(refusal), cure)};
}

Error by_status(const Refusal& refusal, int status) {
  const auto [kind, retry] = class_of_status(status);
  Error error{.kind = kind, .retry = retry, .message = said(refusal)};
  if (status == 405 || (status > 0 && status < 400)) {
    error.kind = ErrorKind::bad_gateway;
    error.retry = Retry::never;
    error.message =
        fmt::format("{} answered status {} where Chat Completions was expected: {} - check OPENAI_BASE_URL",
                    host_of(refusal), status, said(refusal));
  } else if (refusal.body.message.empty()) {
    error.message =
        status == 0 ? fmt::format("{} ended the stream with an error without a message", host_of(refusal))
                    : fmt::format("{} answered status {} without an explanation", host_of(refusal), status);
  }
  return error;
}

Error classify(const Refusal& refusal) {
  Words words{refusal.status, lower(refusal.body.message),
              lower(refusal.body.code + " " + refusal.body.type)};
  if (words.status == 0) words.status = status_inside_stream(refusal.body, words.code);
  if (is_unpaid(words)) return without_credit(refusal, words.status);
  if (is_refused_key(words)) return refused_key(refusal, words.status);
  if (is_rate_limit(words)) return limited(refusal, words);
  if (is_cut_answer(words)) return {.kind = ErrorKind::cut_answer, .message = said(refusal)};
  if (is_loading(words)) return loading(refusal);
  if (may_be_overflow(words.status)) {
    if (auto message = overflow_message(refusal.body, refusal.prompt_tokens)) {
      return {.kind = ErrorKind::context_overflow, .message = std::move(*message)};
    }
  }
  const bool told_by_media = words.status == 0 || words.status == 400 || words.status == 413 ||
                             words.status == 415 || words.status == 422 || words.status == 500;
  if (told_by_media) {
    if (auto message = refused_media(refusal.body.message, words.code))
      return {.kind = ErrorKind::refused_media, .message = std::move(*message)};
  }
  if (is_passing(words))
    return {.kind = ErrorKind::unavailable, .retry = Retry::yes, .message = said(refusal)};
  if (const auto cure = cure_of_missing_tools(words); !cure.empty()) return without_tools(refusal, cure);
  const bool unknown_model = is_unknown_model(words);
  if (unknown_model || words.status == 404) return not_found(refusal, unknown_model);
  return by_status(refusal, words.status);
}

}  // namespace

Error upstream_refusal(const Refusal& refusal) {
  Error error = classify(refusal);
  error.source = ErrorSource::upstream;
  error.cause = fmt::format("status {}, type \"{}\", code \"{}\": {}", refusal.status, refusal.body.type,
                            refusal.body.code, refusal.body.message);
  error.retry_after = refusal.retry_after;
  if (!error.retry_after && error.retry == Retry::yes) error.retry_after = refusal.body.retry_delay;
  return error;
}

}  // namespace ccp::translate
