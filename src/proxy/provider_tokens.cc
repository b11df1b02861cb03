#include "proxy/provider_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "anthropic/messages.h"
#include "openai/chat.h"
#include "openai/tokenize.h"
#include "provider/requests.h"
#include "proxy/ask.h"
#include "proxy/client_watch.h"
#include "proxy/provider_models.h"
#include "translate/request.h"

namespace ccp::proxy {

namespace {

using translate::Tokenize;

/// For one request; a server that is busy with a prompt may take longer, and our own count does then.
constexpr std::chrono::milliseconds patience{5'000};

/// llama.cpp serves its one model under any name, hence the first entry when none has it.
Tokenize shown_by(const std::vector<openai::Model>& models, std::string_view model) {
  const auto found = std::ranges::find(models, model, &openai::Model::id);
  const auto& owner = found == models.end() ? models.front().owned_by : found->owned_by;
  if (owner == "llamacpp") return Tokenize::llamacpp;
  return owner == "vllm" || owner == "sglang" ? Tokenize::vllm : Tokenize::none;
}

constexpr std::string_view name_of(Tokenize how) {
  return how == Tokenize::llamacpp ? "llamacpp" : how == Tokenize::vllm ? "vllm" : "none";
}

void remember(Shared& shared, const std::string& model, Tokenize how) {
  const bool news = shared.profiles.learn(model, {"tokenize", std::string(name_of(how))});
  if (!news || how == Tokenize::none) return;
  shared.log.write(LogLevel::info, fmt::format("{} counts tokens itself ({}): count_tokens asks it for {}",
                                               shared.origin.host, name_of(how), model));
}

bool is_text(const openai::Message& message) {
  const auto* user = std::get_if<openai::UserMessage>(&message);
  return user == nullptr || std::ranges::all_of(user->content, [](const auto& part) {
           return std::holds_alternative<openai::TextPart>(part);
         });
}

net::Task<Result<std::string>> post(Worker& worker, ClientWatch& watch, std::string_view endpoint,
                                    std::string_view body) {
  const auto& shared = worker.shared;
  auto request = provider::server_request(shared.config, shared.origin, endpoint, body);
  return ask(worker, std::move(request), watch, patience);
}

net::Task<Result<std::int64_t>> count(Worker& worker, http::Exchange& exchange, Tokenize how,
                                      std::string_view model, std::string body) {
  ClientWatch watch(exchange, worker.io);
  if (how == Tokenize::llamacpp) {
    auto templated = co_await post(worker, watch, "/apply-template", body);
    if (!templated) co_return std::unexpected(std::move(templated.error()));
    const auto prompt = openai::parse_prompt(worker.reader, *templated);
    if (!prompt) co_return std::unexpected(prompt.error());
    body.clear();
    openai::write_tokenize(model, *prompt, body);
  }
  auto answer = co_await post(worker, watch, "/tokenize", body);
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  co_return openai::parse_token_count(worker.reader, *answer);
}

}  // namespace

net::Task<Tokenize> tokenizer(Worker& worker, http::Exchange& exchange, std::string model) {
  auto& shared = worker.shared;
  const auto told = shared.profiles.of(model).tokenize;
  if (told != Tokenize::detect) co_return told;
  const auto models = co_await provider_models(worker, exchange);
  if (models.empty()) co_return Tokenize::none;
  const auto shown = shown_by(models, model);
  remember(shared, model, shown);
  co_return shown;
}

std::optional<std::string> tokenize_body(Worker& worker, std::string& body, std::string_view model) {
  const auto request = anthropic::parse(worker.reader, body, anthropic::Endpoint::count_tokens);
  if (!request) return std::nullopt;
  const auto& shared = worker.shared;
  auto translated =
      translate::request(*request, model, shared.profiles.of(model), {}, {.documents = known_texts(shared)});
  if (!translated || !std::ranges::all_of(translated->chat.messages, is_text)) return std::nullopt;
  openai::ChatRequest chat;
  chat.model = std::move(translated->chat.model);
  chat.messages = std::move(translated->chat.messages);
  chat.tools = std::move(translated->chat.tools);
  std::string text;
  openai::write(chat, text);
  return text;
}

net::Task<std::optional<std::int64_t>> provider_tokens(Worker& worker, http::Exchange& exchange, Tokenize how,
                                                       std::string model, std::string body) {
  const auto counted = co_await count(worker, exchange, how, model, std::move(body));
  worker.reader.shrink();
  if (counted) co_return *counted;
  auto& shared = worker.shared;
  if (counted.error().kind == ErrorKind::cancelled) co_return std::nullopt;
  if (counted.error().kind == ErrorKind::not_found) remember(shared, model, Tokenize::none);
  shared.log.limited(LogLevel::info, "no count of tokens",
                     "the provider gave no count of tokens: " + counted.error().message);
  co_return std::nullopt;
}

}  // namespace ccp::proxy
