#include "demo/server.h"

#include <fmt/format.h>

#include <thread>

#include "demo/script.h"
#include "http/server.h"
#include "json/reader.h"
#include "json/writer.h"
#include "net/asio.h"

namespace ccp::demo {

namespace {

/// The pace of the stream: about the speed of a fast model.
constexpr std::chrono::milliseconds between_pieces{12};
constexpr std::string_view completion_id = "chatcmpl-demo";

void write_usage(json::Writer& json, const Conversation& conversation, const Reply& reply) {
  const auto prompt = conversation.prompt_bytes / 4 + 1;
  json.key("usage").begin_object();
  json.key("prompt_tokens").integer(prompt).key("completion_tokens").integer(reply.completion_tokens);
  json.key("total_tokens").integer(prompt + reply.completion_tokens).end_object();
}

void write_tool_call(json::Writer& json, const ToolCall& call, bool with_index) {
  json.key("tool_calls").begin_array().begin_object();
  if (with_index) json.key("index").integer(0);
  json.field("id", "call_demo_1").field("type", "function").key("function").begin_object();
  json.field("name", call.name).field("arguments", call.arguments).end_object().end_object().end_array();
}

void begin(json::Writer& json, std::string_view object, const Conversation& conversation) {
  json.begin_object().field("id", completion_id).field("object", object).key("created").integer(0);
  json.field("model", conversation.model).key("choices").begin_array();
}

std::string completion_json(const Conversation& conversation, const Reply& reply) {
  std::string text;
  json::Writer json(text);
  begin(json, "chat.completion", conversation);
  json.begin_object().key("index").integer(0).key("message").begin_object();
  json.field("role", "assistant").field("content", reply.text);
  if (!reply.tool_calls.empty()) write_tool_call(json, reply.tool_calls.front(), false);
  json.end_object().field("finish_reason", reply.finish_reason).end_object().end_array();
  write_usage(json, conversation, reply);
  json.end_object();
  return text;
}

/// One `data:` event whose delta is written by `fill`; an empty finish_reason is null.
template <class Fill>
std::string chunk(const Conversation& conversation, std::string_view finish_reason, Fill fill) {
  std::string text = "data: ";
  json::Writer json(text);
  begin(json, "chat.completion.chunk", conversation);
  json.begin_object().key("index").integer(0).key("delta").begin_object();
  fill(json);
  json.end_object().key("finish_reason");
  if (finish_reason.empty()) {
    json.null();
  } else {
    json.string(finish_reason);
  }
  json.end_object().end_array().end_object();
  return text + "\n\n";
}

std::string usage_chunk(const Conversation& conversation, const Reply& reply) {
  std::string text = "data: ";
  json::Writer json(text);
  begin(json, "chat.completion.chunk", conversation);
  json.end_array();
  write_usage(json, conversation, reply);
  json.end_object();
  return text + "\n\n";
}

net::Task<void> pause(net::asio::io_context& io) {
  net::Timer timer(io, between_pieces);
  boost::system::error_code ignored;
  co_await timer.async_wait(net::asio::redirect_error(net::use_task, ignored));
}

net::Task<Result<void>> stream(http::Exchange& exchange, net::asio::io_context& io,
                               const Conversation& conversation) {
  const Reply answer = reply(conversation);
  const auto role = [](json::Writer& json) { json.field("role", "assistant").field("content", ""); };
  auto sent = co_await exchange.begin_stream(200, "text/event-stream", {}, chunk(conversation, "", role));
  for (const auto piece : pieces(answer.text)) {
    if (!sent) co_return sent;
    co_await pause(io);
    sent = co_await exchange.write(
        chunk(conversation, "", [&](json::Writer& json) { json.field("content", piece); }));
  }
  for (const auto& call : answer.tool_calls) {
    if (!sent) co_return sent;
    sent = co_await exchange.write(
        chunk(conversation, "", [&](json::Writer& json) { write_tool_call(json, call, true); }));
  }
  if (!sent) co_return sent;
  std::string last = chunk(conversation, answer.finish_reason, [](json::Writer&) {});
  if (conversation.include_usage) last += usage_chunk(conversation, answer);
  co_return co_await exchange.end_stream(last + "data: [DONE]\n\n");
}

http::Response error(int status, std::string_view message) {
  http::Response response;
  response.status = status;
  json::Writer json(response.body);
  json.begin_object()
      .key("error")
      .begin_object()
      .field("message", message)
      .field("type", "invalid_request_error");
  json.end_object().end_object();
  return response;
}

net::Task<void> serve(http::Exchange& exchange, net::asio::io_context& io, json::Reader& reader) {
  if (exchange.head().method != "POST" || exchange.head().path != "/v1/chat/completions") {
    co_await exchange.respond(error(404, "the demo provider has only POST /v1/chat/completions"));
    co_return;
  }
  auto body = co_await exchange.read_body();
  if (!body) {
    co_await exchange.respond(error(400, body.error().message));
    co_return;
  }
  const auto conversation = parse_conversation(reader, *body);
  if (!conversation) {
    co_await exchange.respond(error(400, conversation.error().message));
  } else if (conversation->stream) {
    co_await stream(exchange, io, *conversation);
  } else {
    http::Response response;
    response.body = completion_json(*conversation, reply(*conversation));
    co_await exchange.respond(std::move(response));
  }
}

}  // namespace

struct Server::State {
  net::asio::io_context io{1};
  net::Deadlines deadlines{io};
  json::Reader reader;
  http::Server server{deadlines, http::Limits{},
                      [this](http::Exchange& exchange) { return serve(exchange, io, reader); }, error,
                      std::make_shared<std::atomic<std::size_t>>(0)};
  std::uint16_t port = 0;
  std::thread thread;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Server>> Server::start() {
  auto state = std::make_unique<State>();
  const auto port = state->server.listen("127.0.0.1", 0);
  if (!port) return std::unexpected(port.error());
  state->port = *port;
  auto* io = &state->io;
  state->thread = std::thread([io] { io->run(); });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
  net::asio::post(state_->io, [this] {
    state_->server.abort();
    state_->io.stop();
  });
  state_->thread.join();
}

std::uint16_t Server::port() const { return state_->port; }

}  // namespace ccp::demo
