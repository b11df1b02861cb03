#include "golden_oracle.h"

#include <fmt/format.h>

#include <set>

#include "sse/parser.h"

namespace ccp::golden {

namespace {

std::unexpected<Error> violation(std::string message) { return internal_error(std::move(message)); }

/// Fields that every block of its kind has, and that expectations leave out.
void erase_constant_fields(Fields& block) {
  if (block.contains("citations") && block["citations"] == "null") block.erase("citations");
  if (block.contains("caller") && block["caller"] == R"({"type":"direct"})") block.erase("caller");
}

bool has_input(std::string_view block) { return block == "tool_use" || block == "server_tool_use"; }

/// The stream's state as a client keeps it.
class Accumulator {
 public:
  Result<void> take(sse::Event event) {
    const auto data = fields(event.data);
    if (!data) return violation("no JSON: " + std::string(event.data));
    const auto type = text_of(*data, "type");
    if (type != event.name) return violation(fmt::format("event {} carries type {}", event.name, type));
    if (ended_) return violation(type + " after the end");
    if (type == "error") return end_with_error(*data);
    if (type == "message_start") return message_start(*data);
    if (!started_) return violation(type + " before message_start");
    if (type == "ping") return {};
    if (type == "content_block_start") return block_start(*data);
    if (type == "content_block_delta") return block_delta(*data);
    if (type == "content_block_stop") return block_stop(*data);
    if (type == "message_delta") return message_delta(*data);
    if (type == "message_stop") return message_stop();
    return violation("unknown event " + type);
  }

  Result<Outcome> finish() {
    if (!ended_) return violation("neither message_stop nor error");
    return std::move(outcome_);
  }

 private:
  Result<void> end_with_error(const Fields& data) {
    outcome_.error = fields(data.at("error")).value_or(Fields());
    ended_ = true;
    return {};
  }

  Result<void> message_start(const Fields& data) {
    if (started_) return violation("a second message_start");
    started_ = true;
    outcome_.message = fields(data.at("message")).value_or(Fields());
    if (outcome_.message["content"] != "[]") return violation("message_start with content");
    outcome_.usage = fields(outcome_.message["usage"]).value_or(Fields());
    if (outcome_.usage["input_tokens"] == "0") return violation("message_start with input_tokens 0");
    return {};
  }

  Result<void> check_index(const Fields& data) {
    const auto wanted = std::to_string(outcome_.blocks.size());
    if (text_of(data, "index") != wanted) return violation("index is not " + wanted);
    return {};
  }

  Result<void> block_start(const Fields& data) {
    if (open_) return violation("a block starts inside a block");
    if (delta_seen_) return violation("a block after message_delta");
    open_ = fields(data.at("content_block")).value_or(Fields());
    body_.clear();
    signed_ = false;
    return check_index(data);
  }

  Result<void> block_delta(const Fields& data) {
    if (!open_) return violation("a delta outside a block");
    const auto delta = fields(data.at("delta")).value_or(Fields());
    const auto type = text_of(delta, "type");
    const auto block = text_of(*open_, "type");
    if (signed_) return violation("a delta behind the signature");
    if (type == "signature_delta" && block == "thinking") {
      signed_ = true;
    } else if (type == "text_delta" && block == "text") {
      body_ += text_of(delta, "text");
    } else if (type == "thinking_delta" && block == "thinking") {
      body_ += text_of(delta, "thinking");
    } else if (type == "input_json_delta" && has_input(block)) {
      body_ += text_of(delta, "partial_json");
    } else {
      return violation(fmt::format("{} in a {} block", type, block));
    }
    return check_index(data);
  }

  Result<void> block_stop(const Fields& data) {
    if (!open_) return violation("content_block_stop without a block");
    if (auto checked = check_index(data); !checked) return checked;
    const auto type = text_of(*open_, "type");
    if (type == "thinking" && !signed_) return violation("a thinking block without signature");
    Fields block = *open_;
    block.erase("signature");
    erase_constant_fields(block);
    if (type == "text" || type == "thinking") block[type] = quote(body_);
    if (has_input(type)) {
      const auto input = fields(body_.empty() ? "{}" : body_);
      block.erase("input");
      block[input ? "input" : "partial_json"] = input ? join(*input) : quote(body_);
    }
    outcome_.blocks.push_back(join(block));
    open_.reset();
    return {};
  }

  Result<void> message_delta(const Fields& data) {
    if (open_) return violation("message_delta inside a block");
    if (delta_seen_) return violation("a second message_delta");
    delta_seen_ = true;
    for (const auto& [name, value] : fields(data.at("delta")).value_or(Fields()))
      outcome_.message[name] = value;
    for (const auto& [name, value] : fields(data.at("usage")).value_or(Fields()))
      outcome_.usage[name] = value;
    return {};
  }

  Result<void> message_stop() {
    if (!delta_seen_) return violation("message_stop without message_delta");
    ended_ = true;
    return {};
  }

  Outcome outcome_;
  std::optional<Fields> open_;
  std::string body_;
  bool started_ = false, delta_seen_ = false, signed_ = false, ended_ = false;
};

void compare(std::string& out, std::string_view what, std::string_view actual, std::string_view expected) {
  if (actual != expected) out += fmt::format("{} is {}\n  expected {}\n", what, actual, expected);
}

/// A block with its id replaced by `*` where the expectation has one.
std::string without_id(const std::string& block, const std::string& expected) {
  auto read = fields(block).value_or(Fields());
  const auto wanted = fields(expected).value_or(Fields());
  if (text_of(wanted, "id") == "*" && !text_of(read, "id").empty()) read["id"] = "\"*\"";
  return join(read);
}

void compare_blocks(std::string& out, const std::vector<std::string>& blocks, const std::string& expect) {
  const auto expected = elements(expect).value_or(std::vector<std::string>());
  if (blocks.size() != expected.size()) {
    out +=
        fmt::format("{} blocks, expected {}: {}\n", blocks.size(), expected.size(), fmt::join(blocks, ", "));
    return;
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    compare(out, fmt::format("block {}", i), without_id(blocks[i], expected[i]), expected[i]);
  }
}

void check_ids(std::string& out, const std::vector<std::string>& blocks) {
  std::set<std::string> ids;
  for (const auto& block : blocks) {
    const auto read = fields(block).value_or(Fields());
    if (read.contains("id") && !ids.insert(text_of(read, "id")).second) out += "two blocks share an id\n";
  }
}

void compare_error(std::string& out, const Outcome& outcome, const Fields& expect) {
  if (!outcome.error) {
    out += "the stream did not end in an error\n";
    return;
  }
  const auto wanted = fields(expect.at("error")).value_or(Fields());
  compare(out, "error.type", text_of(*outcome.error, "type"), text_of(wanted, "type"));
  const auto message = text_of(*outcome.error, "message");
  if (message.empty()) out += "error.message is empty\n";
  if (message.find(text_of(wanted, "message_contains")) == std::string::npos) {
    out += fmt::format("error.message \"{}\" lacks \"{}\"\n", message, text_of(wanted, "message_contains"));
  }
  if (expect.contains("content_before_error"))
    compare_blocks(out, outcome.blocks, expect.at("content_before_error"));
}

}  // namespace

Result<Outcome> accumulate(std::string_view stream) {
  Accumulator accumulator;
  sse::Parser parser;
  auto fed = parser.feed(stream, [&](sse::Event event) { return accumulator.take(event); });
  if (!fed) return std::unexpected(fed.error());
  return accumulator.finish();
}

Result<Outcome> read_message(std::string_view body) {
  Outcome outcome;
  auto message = fields(body);
  if (!message) return std::unexpected(message.error());
  if (text_of(*message, "type") != "message") return violation("type is not message");
  const auto content = elements((*message)["content"]);
  if (!content) return std::unexpected(content.error());
  for (const auto& element : *content) {
    auto block = fields(element).value_or(Fields());
    if (text_of(block, "type") == "thinking" && block.erase("signature") == 0) {
      return violation("a thinking block without signature");
    }
    erase_constant_fields(block);
    outcome.blocks.push_back(join(block));
  }
  outcome.usage = fields((*message)["usage"]).value_or(Fields());
  outcome.message = std::move(*message);
  return outcome;
}

std::string differences(const Outcome& outcome, std::string_view expect) {
  std::string out;
  const auto wanted = fields(expect);
  if (!wanted) return "expect.json: " + wanted.error().message;
  check_ids(out, outcome.blocks);
  if (wanted->contains("error")) {
    compare_error(out, outcome, *wanted);
    return out;
  }
  if (outcome.error) return "ended in an error: " + join(*outcome.error) + "\n";
  for (const std::string_view key : {"content", "stop_reason", "stop_sequence"}) {
    if (!wanted->contains(key)) return fmt::format("expect.json lacks {}\n", key);
  }
  compare_blocks(out, outcome.blocks, wanted->at("content"));
  compare(out, "stop_reason", outcome.message.at("stop_reason"), wanted->at("stop_reason"));
  compare(out, "stop_sequence", outcome.message.at("stop_sequence"), wanted->at("stop_sequence"));
  const auto usage = wanted->contains("usage") ? fields(wanted->at("usage")).value_or(Fields()) : Fields();
  for (const auto& [name, value] : usage) compare(out, "usage." + name, text_of(outcome.usage, name), value);
  return out;
}

}  // namespace ccp::golden
