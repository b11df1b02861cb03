#include <array>
#include <stdexcept>

#include "provider/profiles.h"

namespace ccp::provider {

namespace {

struct Row {
  std::string_view host;
  const char* model;
  const char* settings;
  const char* note;
};

constexpr std::string_view openai_or_other =
    "other,api.openai.com,*.openai.azure.com,*.services.ai.azure.com,*.cognitiveservices.azure.com,models."
    "github.ai";
constexpr auto openai_hosts = openai_or_other.substr(any_other_host.size() + 1);
static_assert(openai_or_other.starts_with(any_other_host));
constexpr auto from_gpt_5_4 = "gpt-5.4*,gpt-5.5*,gpt-5.6*,gpt-5.7*,gpt-5.8*,gpt-5.9*,gpt-6*";
constexpr auto from_gpt_5_6 = "gpt-5.6*,gpt-5.7*,gpt-5.8*,gpt-5.9*,gpt-6*";
constexpr auto from_openrouter_gpt_5_6 =
    "openai/gpt-5.6*,openai/gpt-5.7*,openai/gpt-5.8*,openai/gpt-5.9*,openai/gpt-6*";
constexpr auto from_gpt_5_2 =
    "gpt-5.2*,gpt-5.3*,gpt-5.4*,gpt-5.5*,gpt-5.6*,gpt-5.7*,gpt-5.8*,gpt-5.9*,gpt-6*";
constexpr auto chat_variants = "gpt-5-chat*,gpt-5.1-chat*,gpt-5.2-chat*,gpt-5.3-chat*";
constexpr auto glm_with_efforts = "glm-5.2*,glm-5.3*,glm-5.4*";
/// With the hosts of the plans for coding and for tokens.
constexpr auto dashscope_hosts = "dashscope*.aliyuncs.com,*.dashscope.aliyuncs.com,*.maas.aliyuncs.com";
constexpr auto gemini_hosts = "generativelanguage.googleapis.com,*aiplatform.googleapis.com";

/// Hosts known not to count tokens, so that their list of models is not asked for it.
constexpr auto hosts_that_do_not_count =
    "api.openai.com,*.azure.com,models.github.ai,generativelanguage.googleapis.com,*aiplatform.googleapis."
    "com,"
    "api.deepseek.com,api.mistral.ai,api.groq.com,api.cerebras.ai,api.x.ai,openrouter.ai,api.moonshot.ai,"
    "api.moonshot.cn,dashscope*.aliyuncs.com,*.dashscope.aliyuncs.com,*.maas.aliyuncs.com,api.z.ai,open."
    "bigmodel.cn,api.minimax.io,api.minimaxi.com,"
    "*:11434,*:1234,*/api";

/// Families whose chat templates have calls as markup: `<tool_call>`, DSML, `[TOOL_CALLS]` and their like.
constexpr auto models_that_write_calls =
    "glm-*,*-glm-*,chatglm*,deepseek*,qwen*,qwq*,*hermes*,minimax-*,kimi-k*,mimo-*,seed-oss*,mistral*,"
    "ministral*,devstral*,codestral*,magistral*";

/// Later rows change what earlier ones have set. Sources: the providers' API pages, the lists of models.dev,
/// and the issue threads of clients and gateways.
constexpr std::array rows = {
    Row{openai_hosts, "*",
        "files=yes max_tools=128 max_stop=4 schema=openai strict_schema=yes call_ids=short",
        "OpenAI and Azure: PDF parts, at most 128 tools and 4 stop sequences, arrays with items, call ids of "
        "40 characters"},
    // What a family is known for, tried on any host that no row names, such as a gateway of one's own; a
    // refusal takes it back.
    Row{openai_or_other, "o1*,o3*,o4*,gpt-5*,gpt-6*",
        "max_tokens=max_completion_tokens sampling=no max_stop=0 reasoning=effort",
        "OpenAI's reasoning families: max_completion_tokens, no sampling, no stop"},
    Row{openai_or_other, "o1*,o3*,o4*",
        "efforts=low,medium,high parallel_tool_calls=no thinking_off=no max_output=100000",
        "o-series: three efforts, no parallel_tool_calls, they always think"},
    Row{openai_or_other, "gpt-5*,gpt-6*", "max_output=128000", "gpt-5 and later: 128,000 tokens of answer"},
    Row{openai_or_other, "gpt-5,gpt-5-*", "thinking_off=no", "gpt-5 always thinks"},
    Row{openai_or_other, "gpt-5.1*", "efforts=none,low,medium,high", "gpt-5.1 can be told not to think"},
    Row{openai_or_other, from_gpt_5_2, "efforts=none,low,medium,high,xhigh", "gpt-5.2 and later: xhigh"},
    Row{openai_or_other, "gpt-5*-codex*", "efforts=low,medium,high", "the codex models: three efforts"},
    Row{openai_or_other, "gpt-5.1-codex-max*,gpt-5.2-codex*,gpt-5.3-codex*", "efforts=low,medium,high,xhigh",
        "later codex models: xhigh"},
    Row{openai_or_other, "gpt-5*-pro*", "efforts=medium,high,xhigh thinking_off=no",
        "the pro models always think"},
    Row{openai_or_other, "gpt-5-pro*", "efforts=high", "the first of them has one effort"},
    Row{openai_or_other, from_gpt_5_4, "effort_with_tools=no",
        "gpt-5.4 and later refuse reasoning_effort beside tools on Chat Completions"},
    Row{openai_or_other, from_gpt_5_6, "effort_with_tools=none",
        "gpt-5.6 and later also refuse tools without the effort none"},
    Row{openai_or_other, chat_variants, "reasoning=none thinking_off=yes max_output=16384",
        "the chat variants do not think"},
    Row{any_other_host, "gpt-oss*", "reasoning=effort efforts=low,medium,high thinking_off=no",
        "gpt-oss: three efforts, it always thinks"},
    Row{any_other_host, "deepseek-v4*",
        "replay=with_tools reasoning=effort efforts=low,high,max max_output=384000",
        "DeepSeek V4: three efforts, beside tools its reasoning comes back"},
    Row{any_other_host, "deepseek-reasoner*,deepseek-v3.2*", "replay=with_tools",
        "DeepSeek V3.2: beside tools its reasoning comes back"},
    Row{any_other_host, "deepseek-reasoner*,deepseek-r1*", "thinking_off=no",
        "DeepSeek's reasoners always think"},
    Row{any_other_host, "kimi-k2-thinking*,kimi-k2.*,kimi-k3*", "replay=tool_turns",
        "Kimi: reasoning comes back on tool turns"},
    Row{any_other_host, "kimi-k2-thinking*,kimi-k2.7*,kimi-k3*", "thinking_off=no",
        "some Kimi models always think"},
    Row{any_other_host, "kimi-k3*", "reasoning=effort efforts=low,high,max", "Kimi K3: three efforts"},
    Row{any_other_host, "glm-4.5*,glm-4.6*,glm-4.7*,glm-5*", "replay=tool_turns",
        "GLM: reasoning comes back on tool turns"},
    Row{any_other_host, glm_with_efforts, "reasoning=effort efforts=low,high,max thinking_off=no",
        "GLM 5.2 and later: three efforts, they always think"},
    Row{any_other_host, "minimax-m2*,minimax-m3*", "replay=think_tags thinking_off=no",
        "MiniMax M2 and M3: their <think> text must stay in the history, they think unless told otherwise"},
    Row{any_other_host, "qwen3*-thinking*,qwq*,qvq*,qwen3.7-max*,qwen3.8*,magistral*", "thinking_off=no",
        "models that always think"},
    Row{any_other_host, "gemini-2.5*,gemini-3*", "reasoning=effort thought_signatures=yes",
        "Gemini thinks by effort, its signatures go back where they are known"},
    Row{any_other_host, "gemini-2.5-flash*", "efforts=none,low,medium,high",
        "2.5 Flash can be told not to think"},
    Row{any_other_host, "gemini-2.5-pro*,gemini-3*", "thinking_off=no max_output=65536",
        "Gemini 2.5 Pro and 3 always think"},
    Row{any_other_host, "grok-3-mini*,grok-4*,grok-code*,grok-build*", "max_stop=0",
        "xAI's reasoning models refuse stop"},
    Row{any_other_host, "grok-4.3*", "reasoning=effort efforts=none,low,medium,high",
        "grok-4.3: four efforts"},
    Row{any_other_host, "grok-4.5*", "reasoning=effort efforts=low,medium,high thinking_off=no",
        "grok-4.5: three efforts"},
    Row{any_other_host, "grok-4.6*", "reasoning=effort efforts=low,medium,high,xhigh thinking_off=no",
        "grok-4.6: xhigh"},
    Row{"*", models_that_write_calls, "tool_markup=yes",
        "templates whose calls some servers leave in the text as markup"},
    // What hosts take.
    Row{"api.openai.com", from_gpt_5_6, "cache_control=openai", "gpt-5.6 and later: cache breakpoints"},
    Row{"api.openai.com", "*", "cache_key=yes", "OpenAI: prompt_cache_key routes a session to its cache"},
    Row{openai_hosts, "*-search-preview*,gpt-5-search-api*", "web_search=options sampling=no",
        "OpenAI's search models: web_search_options, no sampling"},
    Row{gemini_hosts, "*", "schema=gemini thought_signatures=yes",
        "Gemini's OpenAI endpoint: a subset of JSON Schema"},
    Row{gemini_hosts, "gemini-2.5*,gemini-3*", "reasoning=effort", "Gemini thinks by reasoning_effort"},
    Row{gemini_hosts, "gemini-3*", "thought_signatures=required",
        "Gemini 3 refuses tool calls without their thought signature"},
    Row{gemini_hosts, "gemini-2.5-pro*,gemini-3*", "thinking_off=no", "Gemini 2.5 Pro and 3 always think"},
    Row{gemini_hosts, "gemini-2.5-flash*", "efforts=none,low,medium,high",
        "2.5 Flash can be told not to think"},
    Row{"api.deepseek.com", "*",
        "replay=with_tools reasoning=type images=no structured_output=json_object max_tools=128",
        "DeepSeek: beside tools reasoning_content must come back; text only; JSON mode without a schema"},
    Row{"api.deepseek.com", "deepseek-v4*", "reasoning=type_effort efforts=low,high,max",
        "DeepSeek V4: three efforts beside the switch"},
    Row{"api.deepseek.com", "*-vl*,*vision*,deepseek-v4.1*,deepseek-flash*", "images=yes",
        "DeepSeek's seeing models: V4 Flash Vision, and V4.1 Flash, also by its name without a version"},
    Row{"api.deepseek.com", "deepseek-reasoner*", "thinking_off=no", "DeepSeek's reasoner always thinks"},
    Row{"api.mistral.ai", "*", "call_ids=nine tool_choice=any schema=mistral",
        "Mistral: ids of nine letters or digits, tool_choice any"},
    Row{"api.mistral.ai",
        "mistral-small-latest,mistral-small-4*,mistral-small-26*,mistral-medium-latest,mistral-medium-3-5*,"
        "mistral-medium-3.5*,mistral-medium-26*",
        "reasoning=effort efforts=none,high", "Mistral Small 4 and Medium 3.5: effort is none or high"},
    Row{"api.groq.com", "*", "max_tools=128 max_stop=4 schema=groq",
        "Groq: at most 128 tools and 4 stop sequences, required names only what properties has"},
    Row{"api.groq.com,api.cerebras.ai", "gpt-oss*",
        "reasoning=effort efforts=low,medium,high thinking_off=no",
        "gpt-oss: three efforts, it always thinks"},
    Row{"api.cerebras.ai", "*", "max_stop=4", "Cerebras: at most 4 stop sequences"},
    Row{"api.cerebras.ai", "zai-glm*", "replay=think_tags",
        "Cerebras: GLM's earlier thinking goes back as <think> text"},
    Row{"api.x.ai", "*", "null_content=no", "xAI: each message has some content"},
    Row{"api.x.ai", "grok-3-mini*,grok-4*,grok-code*,grok-build*", "max_stop=0",
        "xAI's reasoning models refuse stop"},
    Row{"api.x.ai", "grok-3-mini*", "reasoning=effort efforts=low,high", "grok-3-mini: two efforts"},
    Row{"api.x.ai", "grok-4.3*", "reasoning=effort efforts=none,low,medium,high", "grok-4.3: four efforts"},
    Row{"api.x.ai", "grok-4.5*", "reasoning=effort efforts=low,medium,high", "grok-4.5: three efforts"},
    Row{"api.x.ai", "grok-4.6*", "reasoning=effort efforts=low,medium,high,xhigh", "grok-4.6: xhigh"},
    Row{"openrouter.ai", "*",
        "reasoning=object efforts=none,minimal,low,medium,high,xhigh replay=details files=yes top_k=yes "
        "web_search=openrouter",
        "OpenRouter: one reasoning object for every model, reasoning_details come back, it searches the web"},
    Row{"openrouter.ai", from_openrouter_gpt_5_6, "cache_control=openai", "the same behind OpenRouter"},
    Row{"openrouter.ai", "anthropic/*", "cache_control=yes", "OpenRouter: Claude's cache breakpoints"},
    Row{"api.moonshot.ai,api.moonshot.cn", "*", "tool_names=letter_first max_tools=128 replay=tool_turns",
        "Kimi: tool names begin with a letter, reasoning comes back on tool turns"},
    Row{"api.moonshot.ai,api.moonshot.cn", "kimi-k2.5*,kimi-k2.6*", "reasoning=type",
        "Kimi K2.5 and later: thinking can be switched"},
    Row{"api.moonshot.ai,api.moonshot.cn", "kimi-k2.6*", "replay=always keep_thinking=yes",
        "Kimi K2.6: thinking.keep lets earlier turns' thinking count"},
    Row{"api.moonshot.ai,api.moonshot.cn", "kimi-k2-thinking*,kimi-k2.7*,kimi-k3*", "thinking_off=no",
        "some Kimi models always think"},
    Row{"api.moonshot.ai,api.moonshot.cn", "kimi-k2.5*,kimi-k2.6*,kimi-k2.7*,kimi-k3*", "sampling=no",
        "Kimi K2.5 and later: one temperature and one top_p, as the model has them"},
    Row{"api.moonshot.ai,api.moonshot.cn", "kimi-k3*", "reasoning=effort efforts=low,high,max",
        "Kimi K3: three efforts"},
    Row{dashscope_hosts, "qwen3*,qwen-plus*,qwen-flash*,qwen-turbo*", "reasoning=enable_thinking",
        "Qwen: enable_thinking"},
    Row{dashscope_hosts, "qwen3-coder*,qwen3*-instruct*", "reasoning=none",
        "Qwen: coder and instruct models do not think"},
    Row{dashscope_hosts, "qwen3*-thinking*,qwen3.7-max*,qwen3.8*", "thinking_off=no",
        "Qwen: some models always think"},
    Row{dashscope_hosts, "qwq*,qvq*,qwen3*-thinking*", "stream_only=yes",
        "Qwen: some models answer in streams only"},
    Row{"api.z.ai,open.bigmodel.cn", "*", "tool_choice=auto replay=tool_turns",
        "GLM: tool_choice auto only, reasoning comes back on tool turns"},
    Row{"api.z.ai,open.bigmodel.cn", "glm-4.5*,glm-4.6*,glm-4.7*,glm-5*", "reasoning=type",
        "GLM 4.5 and later: thinking can be switched"},
    Row{"api.z.ai,open.bigmodel.cn", glm_with_efforts,
        "reasoning=type_effort efforts=low,high,max thinking_off=no",
        "GLM 5.2 and later: three efforts, they always think"},
    Row{"api.z.ai,open.bigmodel.cn", "glm-4.6*,glm-4.7*,glm-5*", "tool_stream=yes",
        "GLM 4.6 and later stream a call's arguments where it is asked for"},
    Row{"api.minimax.io,api.minimaxi.com", "minimax-m2*,minimax-m3*", "thinking_off=no",
        "MiniMax M2 always thinks, M3 unless it is told otherwise"},
    Row{"api.minimax.io,api.minimaxi.com", "*", "replay=think_tags",
        "MiniMax: its <think> text must stay in the history"},
    Row{"*:11434,*:1234", "*", "image_urls=no",
        "Ollama and LM Studio on their usual ports: embedded images only"},
    Row{"*:11434", "*", "tool_choice=none", "Ollama has no tool_choice: the tools that it gets say it"},
    Row{"*:8080,*:1234", "*", "tool_choice=required",
        "llama.cpp and LM Studio ignore a named tool_choice: required, with that tool alone"},
    Row{"*/api", "*", "image_urls=no", "OpenWebUI: embedded images only"},
    Row{hosts_that_do_not_count, "*", "tokenize=none", "no /tokenize: tokens are counted here"},
};

std::vector<Rule> parsed() {
  std::vector<Rule> rules;
  for (const auto& row : rows) {
    auto settings = translate::parse_settings(row.settings);
    if (!settings) throw std::logic_error(settings.error());
    rules.push_back({std::string(row.host), row.model, std::move(*settings), row.note});
  }
  return rules;
}

}  // namespace

const std::vector<Rule>& known_rules() {
  static const std::vector<Rule> rules = parsed();
  return rules;
}

}  // namespace ccp::provider
