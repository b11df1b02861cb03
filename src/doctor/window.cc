#include <fmt/format.h>

#include <algorithm>

#include "doctor/checks.h"
#include "json/writer.h"
#include "openai/local_server.h"
#include "provider/requests.h"
#include "provider/windows.h"
#include "proxy/running_window.h"

namespace ccp::doctor {

namespace {

using Server = WindowFacts::Server;

constexpr std::chrono::seconds patience_for_facts{5};

/// Claude Code's own prompt takes up to 35,000 tokens, and the smallest about half of that.
constexpr std::int64_t least_window = 32'000;

const openai::Model* listed(const ModelList& list, std::string_view model) {
  const auto found = std::ranges::find(list.models, model, &openai::Model::id);
  if (found != list.models.end()) return &*found;
  // llama.cpp serves its one model under any name.
  return list.models.size() == 1 && list.models[0].owned_by == "llamacpp" ? list.models.data() : nullptr;
}

Server server_of(const Provider& provider, const ModelList& list) {
  if (proxy::runs_ollama(provider.shared.origin, list.models)) return Server::ollama;
  if (list.models.empty()) return Server::other;
  const auto& owner = list.models[0].owned_by;
  if (owner == "llamacpp") return Server::llamacpp;
  return owner == "vllm" ? Server::vllm : Server::other;
}

/// The body of what the server says at `endpoint`, above its `/v1`; empty when it says nothing.
std::string asked(Provider& provider, std::string_view method, std::string_view endpoint,
                  std::string_view body = "") {
  const auto& shared = provider.shared;
  auto request = provider::server_request(shared.config, shared.origin, endpoint, body);
  request.method = method;
  auto answer = provider.session.exchange(shared.origin, request, patience_for_facts);
  return answer && answer->status == 200 ? std::move(answer->body) : std::string();
}

void ask_ollama(Provider& provider, const std::string& model, WindowFacts& facts) {
  auto running = asked(provider, "GET", "/api/ps");
  facts.served = openai::parse_running_window(provider.reader, running, model).value_or(0);
  std::string question;
  json::Writer(question).begin_object().field("model", model).end_object();
  auto text = asked(provider, "POST", "/api/show", question);
  const auto shown = openai::parse_shown_model(provider.reader, text).value_or(openai::ShownModel());
  facts.trained = shown.trained;
  if (facts.served == 0) facts.served = shown.num_ctx;
}

std::string larger_window(const WindowFacts& facts) {
  switch (facts.server) {
    case Server::ollama:
      return "start it with OLLAMA_CONTEXT_LENGTH=64000 ollama serve";
    case Server::llamacpp:
      return "start it with -c 65536 (its slots share that: -np 1, or so many times more)";
    case Server::vllm:
      return "start it with --max-model-len 65536";
    case Server::other:
      return "give it a larger one, or set CONTEXT_WINDOW if that figure is wrong";
  }
  return {};
}

Finding unknown_window(const WindowFacts& facts, const std::string& model) {
  const auto cure = facts.server == Server::ollama
                        ? "load the model and try again, or set OLLAMA_CONTEXT_LENGTH and CONTEXT_WINDOW to "
                          "the same figure: Ollama cuts a prompt that is too long, and says nothing"
                        : "set CONTEXT_WINDOW, so that long conversations are compacted in time";
  return {Verdict::info, "window", "that of " + model + " is not known", cure};
}

}  // namespace

std::int64_t WindowFacts::window() const {
  if (served > 0 && (set == 0 || served < set)) return served;
  return set > 0 ? set : published;
}

std::string_view WindowFacts::source() const {
  if (served > 0 && window() == served) return "the server says so";
  return set > 0 ? "CONTEXT_WINDOW" : "published";
}

WindowFacts window_facts(Provider& provider, const ModelList& list, const std::string& model) {
  const auto& shared = provider.shared;
  WindowFacts facts{.server = server_of(provider, list), .set = shared.config.context_window};
  facts.published = provider::published_window(shared.origin.host, model).value_or(0);
  if (const auto* found = listed(list, model); found != nullptr) facts.served = found->context_window;
  if (facts.server == Server::ollama) ask_ollama(provider, model, facts);
  if (facts.server == Server::llamacpp && facts.served == 0) {
    auto props = asked(provider, "GET", "/props");
    facts.served = openai::parse_props_window(provider.reader, props).value_or(0);
  }
  return facts;
}

Finding check_window(Provider& provider, const ModelList& list, const std::string& model) {
  const auto facts = window_facts(provider, list, model);
  const auto window = facts.window();
  if (window == 0) return unknown_window(facts, model);
  if (facts.set > window)
    return {Verdict::fail, "window",
            fmt::format("CONTEXT_WINDOW={}, but {} has only {} tokens there", facts.set, model, window),
            fmt::format("set CONTEXT_WINDOW={}, or give it more: {}", window, larger_window(facts))};
  if (window >= least_window)
    return {Verdict::ok, "window", fmt::format("{} tokens ({})", window, facts.source()), ""};
  return {Verdict::fail, "window",
          fmt::format("{} tokens ({}): Claude Code's first request alone takes 15,000 to 35,000", window,
                      facts.source()),
          larger_window(facts)};
}

}  // namespace ccp::doctor
