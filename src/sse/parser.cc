#include "sse/parser.h"

#include <algorithm>

namespace ccp::sse {

namespace {

/// The beginning of a field's name, with which a stream broke off.
bool is_cut_field(std::string_view text) {
  const std::string_view fields[] = {"data", "event", "error"};
  return std::ranges::any_of(fields, [&](std::string_view field) { return field.starts_with(text); });
}

}  // namespace

Result<void> Parser::feed(std::string_view bytes, const Callback& on_event) {
  if (after_cr_ && !bytes.empty()) {
    after_cr_ = false;
    if (bytes.front() == '\n') bytes.remove_prefix(1);
  }
  while (!bytes.empty()) {
    const auto end = bytes.find_first_of("\r\n");
    if (end == std::string_view::npos) {
      partial_ += bytes;
      break;
    }
    Result<void> result;
    if (partial_.empty()) {
      result = line(bytes.substr(0, end), on_event);
    } else {
      partial_ += bytes.substr(0, end);
      result = line(partial_, on_event);
      partial_.clear();
    }
    if (!result) return result;
    const bool cr = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (!cr) continue;
    if (bytes.empty()) {
      after_cr_ = true;
    } else if (bytes.front() == '\n') {
      bytes.remove_prefix(1);
    }
  }
  if (partial_.size() + data_.size() > limit_) {
    return upstream_error(ErrorKind::bad_gateway, "the provider sent a stream event larger than " +
                                                      std::to_string(limit_ >> 20) + " MiB");
  }
  return {};
}

Result<void> Parser::finish(const Callback& on_event) {
  if (!partial_.empty()) {
    const std::string last = std::move(partial_);
    partial_.clear();
    if (auto result = line(last, on_event); !result) return result;
  }
  return dispatch(on_event);
}

Result<void> Parser::line(std::string_view text, const Callback& on_event) {
  if (at_start_) {
    at_start_ = false;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  }
  if (text.empty()) return dispatch(on_event);
  const auto colon = text.find(':');
  const auto field = text.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (field == "event") {
    name_ = value;
  } else if (field == "error" && !value.empty()) {
    return on_event(Event{.name = "error", .data = value});
  } else if (text.starts_with('{')) {
    return on_event(Event{.name = {}, .data = text});
  } else if (!field.empty() && field != "id" && field != "retry" && !is_cut_field(text)) {
    keep(text);
  }
  return {};
}

void Parser::keep(std::string_view text) {
  if (!words_.empty()) words_ += '\n';
  words_ += text.substr(0, max_words - std::min(max_words, words_.size()));
}

Result<void> Parser::dispatch(const Callback& on_event) {
  Result<void> result;
  if (has_data_) result = on_event(Event{.name = name_, .data = data_});
  name_.clear();
  data_.clear();
  has_data_ = false;
  return result;
}

}  // namespace ccp::sse
