#include "endpoints/unserved.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.h"

namespace ccp::endpoints {

namespace {

struct Resource {
  std::string_view path;
  std::string_view name;  ///< with its verb
  std::string_view cure;
};

constexpr std::string_view run_yourself =
    "it runs at Anthropic only; run the loop in your program with messages.create or the SDK's tool runner";
constexpr std::string_view account =
    "it is about an account at Anthropic; ask https://api.anthropic.com with a key of that account";

constexpr std::array resources = {
    Resource{"/v1/messages/batches", "Message Batches are", "send each request to POST /v1/messages"},
    Resource{"/v1/files", "the Files API is",
             "put the file into the message, as base64 or text in an image or document block"},
    Resource{"/v1/skills", "the Skills API is", "put a skill's text into the system prompt"},
    Resource{"/v1/complete", "Text Completions are", "send the prompt to POST /v1/messages"},
    Resource{"/v1/agents", "Managed Agents are", run_yourself},
    Resource{"/v1/sessions", "sessions of Managed Agents are", run_yourself},
    Resource{"/v1/environments", "environments of Managed Agents are", run_yourself},
    Resource{"/v1/deployments", "deployments of Managed Agents are", run_yourself},
    Resource{"/v1/deployment_runs", "runs of Managed Agents are", run_yourself},
    Resource{"/v1/dreams", "dreams of Managed Agents are", run_yourself},
    Resource{"/v1/memory_stores", "memory stores are",
             "give the model the memory tool, and keep its files yourself"},
    Resource{"/v1/vaults", "vaults are", "keep the credentials where your tools run"},
    Resource{"/v1/tunnels", "MCP tunnels are",
             "connect to the MCP server in your program and pass its tools on"},
    Resource{"/v1/user_profiles", "user profiles are", account},
    Resource{"/v1/organizations", "the Admin API is", account},
    Resource{"/v1/compliance", "the Compliance API is", account},
    Resource{"/v1/oauth", "signing in is", "send a key in x-api-key or Authorization instead"},
};

bool is_below(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

}  // namespace

std::string unserved(std::string_view method, std::string_view path) {
  const auto* const found =
      std::ranges::find_if(resources, [&](const auto& resource) { return is_below(path, resource.path); });
  const auto shown = one_line(path.substr(0, 256));
  if (found == resources.end()) return fmt::format("there is nothing at {}", shown);
  return fmt::format("{} not served by claude-code-proxy ({} {}): {}", found->name,
                     one_line(method.substr(0, 16)), shown, found->cure);
}

}  // namespace ccp::endpoints
