#include "translate/stream_thinking.h"

#include <algorithm>

#include "translate/stream.h"

namespace ccp::translate {

namespace {

void append(std::string& text, std::string_view piece) {
  text += piece.substr(0, StreamThinking::limit + 1 - std::min(text.size(), StreamThinking::limit + 1));
}

}  // namespace

void StreamThinking::text(std::string_view piece) { append(all_, piece); }

void StreamThinking::shown(std::string_view piece) { append(open_, piece); }

void StreamThinking::details(std::string_view json) {
  if (json.empty()) return;
  details_.add(json);
  unsent_ = true;
}

void StreamThinking::blocks(std::string_view json) {
  if (!json.empty() && blocks_.add(json)) unsent_ = true;
}

void StreamThinking::call(const std::string& id, const std::string& extra_content_json) {
  if (extra_content_json.empty() || extra_content_json.size() > limit) return;
  extra_.calls[id] = extra_content_json;
  unsent_ = true;
}

void StreamThinking::message(std::string_view extra_content_json) {
  if (extra_content_json.empty() || extra_content_json.size() > limit) return;
  extra_.message_json = extra_content_json;
  unsent_ = true;
}

std::string StreamThinking::signature(
    const std::function<std::string(std::string_view, const ThinkingState&)>& sign) {
  if (!sign) return std::string(thinking_signature);
  ThinkingState state;
  if (unsent_) state = thought().state;
  unsent_ = false;
  auto signature = sign(open_, state);
  open_.clear();
  return signature;
}

Thought StreamThinking::thought() const {
  Thought thought{.text = all_.size() > limit ? std::string() : all_, .state = extra_};
  thought.state.details_json = details_.json();
  thought.state.blocks_json = blocks_.json();
  return thought;
}

}  // namespace ccp::translate
