#include "config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "config/options.h"

namespace ccp::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

Config good(Variables shell, Variables file = {}) {
  shell.try_emplace("OPENAI_API_KEY", "k");
  auto config = load(shell, file, Purpose::serve);
  EXPECT_TRUE(config) << config.error().lines.front();
  return *config;
}

std::vector<std::string> problems(const Variables& shell) {
  const auto config = load(shell, {}, Purpose::serve);
  return config ? std::vector<std::string>{} : config.error().lines;
}

TEST(Config, ASilentProviderOnThisMachineIsWaitedForLonger) {
  const auto timeout = [](std::string url) { return good({{"OPENAI_BASE_URL", url}}).request_timeout; };
  for (const auto* url : {"http://127.0.0.1:8080/v1", "http://localhost:11434/v1", "http://[::1]:1234/v1",
                          "http://LOCALHOST/v1", "http://host.docker.internal:11434/v1",
                          "http://host.containers.internal/v1", "http://ollama:11434/v1",
                          "http://0.0.0.0:8000/v1", "http://llm.localhost/v1", "http://172.17.0.1:8080/v1"}) {
    EXPECT_EQ(timeout(url), 600) << url;
  }
  for (const auto* url : {"https://api.openai.com/v1", "http://127.example.com/v1", "http://10.0.0.7:8080/v1",
                          "http://[2001:db8::1]/v1"}) {
    EXPECT_EQ(timeout(url), 90) << url;
  }
  EXPECT_EQ(good({{"OPENAI_BASE_URL", "http://localhost/v1"}, {"REQUEST_TIMEOUT", "90"}}).request_timeout,
            90);
}

TEST(Config, DefaultsAreTheReferences) {
  const auto config = good({});
  EXPECT_EQ(config.openai_base_url, "https://albus.taxhawk.com/api");
  EXPECT_EQ(config.big_model, "gpt-4o");
  EXPECT_EQ(config.middle_model, "gpt-4o");
  EXPECT_EQ(config.small_model, "gpt-4o-mini");
  EXPECT_EQ(config.host, "0.0.0.0");
  EXPECT_EQ(config.port, 8082);
  EXPECT_EQ(config.log_level, LogLevel::warning);
  EXPECT_EQ(config.max_tokens_limit, 4096);
  EXPECT_EQ(config.min_tokens_limit, 100);
  EXPECT_EQ(config.request_timeout, 90);
  EXPECT_EQ(config.max_retries, 2);
  EXPECT_EQ(config.workers, 1);
  EXPECT_TRUE(config.ssl_verify);
  EXPECT_TRUE(config.anthropic_api_key.empty());
}

TEST(Config, ShellWinsOverFileAndEmptyMeansUnset) {
  const auto config =
      good({{"BIG_MODEL", "shell"}, {"SMALL_MODEL", ""}}, {{"BIG_MODEL", "file"}, {"SMALL_MODEL", "file"}});
  EXPECT_EQ(config.big_model, "shell");
  EXPECT_EQ(config.middle_model, "shell");
  EXPECT_EQ(config.small_model, "file");
}

TEST(Config, OnePairOfQuotesComesOff) {
  const auto config = good({{"BIG_MODEL", "\"m\""}, {"SSL_VERIFY", "\"false\""}, {"SMALL_MODEL", "'\"x\"'"}});
  EXPECT_EQ(config.big_model, "m");
  EXPECT_FALSE(config.ssl_verify);
  EXPECT_EQ(config.small_model, "\"x\"");
}

TEST(Config, AllProblemsAreReportedAtOnce) {
  const auto lines =
      problems({{"PORT", "99999"}, {"MAX_RETRIES", "many"}, {"SSL_VERIFY", "maybe"}, {"LOG_LEVEL", "LOUD"}});
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_THAT(lines, Contains("PORT: \"99999\" is not allowed; expected a whole number from 0 to 65535"));
  EXPECT_THAT(lines, Contains(HasSubstr("MAX_RETRIES: \"many\"")));
  EXPECT_THAT(lines, Contains(HasSubstr("SSL_VERIFY: \"maybe\" is not allowed; expected true or false")));
  EXPECT_THAT(lines, Contains(HasSubstr("LOG_LEVEL")));
  EXPECT_THAT(lines, Contains(testing::AllOf(HasSubstr("OPENAI_API_KEY"), HasSubstr("--demo"))));
}

TEST(Config, ASecretNeverAppearsInAProblem) {
  const auto lines = problems({{"OPENAI_API_KEY", "very secret\nkey"}});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], Not(HasSubstr("very")));
}

TEST(Config, MissingKeyIsFineOnThisMachineOrInTheDemo) {
  EXPECT_THAT(problems({{"OPENAI_BASE_URL", "http://localhost:11434/v1"}}), ElementsAre());
  EXPECT_THAT(problems({{"OPENAI_BASE_URL", "http://127.0.0.1:1234/v1"}}), ElementsAre());
  EXPECT_THAT(problems({{"OPENAI_BASE_URL", "http://[::1]:1234"}}), ElementsAre());
  EXPECT_EQ(problems({{"OPENAI_BASE_URL", "http://localhost.example.com/v1"}}).size(), 1U);
  EXPECT_EQ(problems({{"OPENAI_BASE_URL", "http://127.0.0.1.example.com/v1"}}).size(), 1U);
  EXPECT_TRUE(load({}, {}, Purpose::demo));
  EXPECT_EQ(problems({}).size(), 1U);
}

/// What the server takes, the commands beside it take too, and complete alike.
TEST(Config, EveryPurposeCompletesTheSettingsAlike) {
  const Variables portal = {
      {"OPENAI_API_KEY", "k"},
      {"OPENAI_BASE_URL",
       "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-04-01-preview"}};
  const Variables local = {{"OPENAI_BASE_URL", "http://localhost:8080/v1/"}, {"BIG_MODEL", "m"}};
  for (const auto purpose : {Purpose::serve, Purpose::inspect, Purpose::demo}) {
    const auto azure = load(portal, {}, purpose);
    ASSERT_TRUE(azure);
    EXPECT_EQ(azure->openai_base_url, "https://r.openai.azure.com/openai/deployments/d");
    EXPECT_EQ(azure->azure_api_version, "2025-04-01-preview");
    const auto own = load(local, {}, purpose);
    ASSERT_TRUE(own);
    EXPECT_EQ(own->openai_base_url, "http://localhost:8080/v1");
    EXPECT_EQ(own->request_timeout, 600);
    EXPECT_EQ(own->middle_model, "m");
  }
  const Variables keyless = {{"OPENAI_BASE_URL", "https://api.example.com/v1"}};
  EXPECT_FALSE(load(keyless, {}, Purpose::serve));
  EXPECT_TRUE(load(keyless, {}, Purpose::inspect));
  EXPECT_FALSE(load({{"OPENAI_BASE_URL", "api.example.com"}}, {}, Purpose::inspect));
}

TEST(Config, AnotherProvidersKeyIsNotSentToTheDefaultHost) {
  for (const char* key : {"sk-proj-1", "sk-or-1", "sk-ant-1", "gsk_1", "AIza1", "xai-1"}) {
    EXPECT_THAT(problems({{"OPENAI_API_KEY", key}}), ElementsAre(HasSubstr("add OPENAI_BASE_URL=https://")))
        << key;
    EXPECT_THAT(problems({{"OPENAI_API_KEY", key}, {"OPENAI_BASE_URL", "https://x.test/v1"}}), ElementsAre())
        << key;
  }
}

TEST(Config, PastedBaseUrlsAreUnderstood) {
  for (const char* url :
       {"https://x.test/v1/", "https://x.test/v1/chat/completions", "https://x.test/v1/chat/completions/"}) {
    EXPECT_EQ(good({{"OPENAI_BASE_URL", url}}).openai_base_url, "https://x.test/v1") << url;
  }
  const std::string azure = "https://r.openai.azure.com/openai/deployments/d";
  const auto pasted = good({{"OPENAI_BASE_URL", azure + "/chat/completions?api-version=2024-10-21"}});
  EXPECT_EQ(pasted.openai_base_url, azure);
  EXPECT_EQ(pasted.azure_api_version, "2024-10-21");
  EXPECT_THAT(problems({{"OPENAI_API_KEY", "k"}, {"OPENAI_BASE_URL", "x.test"}}),
              ElementsAre(HasSubstr("OPENAI_BASE_URL")));
}

TEST(Config, CustomHeaders) {
  const auto config = good({{"CUSTOM_HEADER_X_API_KEY", "\"shell key\""}, {"CUSTOM_HEADER_EMPTY", ""}},
                           {{"CUSTOM_HEADER_X_API_KEY", "file"}, {"CUSTOM_HEADER_Empty", "now"}});
  ASSERT_EQ(config.custom_headers.size(), 2U);
  EXPECT_EQ(config.custom_headers[0].name, "Empty");
  EXPECT_EQ(config.custom_headers[1].name, "X-API-KEY");
  EXPECT_EQ(config.custom_headers[1].value.reveal(), "shell key");
  EXPECT_THAT(render_config(config), HasSubstr("CUSTOM_HEADER_X_API_KEY=[secret]\n"));
}

TEST(Config, CustomHeadersThatWouldBreakARequest) {
  for (const char* name : {"HOST", "Content_Length", "TRANSFER_ENCODING", "CONNECTION", "UPGRADE", ""}) {
    EXPECT_THAT(problems({{"OPENAI_API_KEY", "k"}, {std::string("CUSTOM_HEADER_") + name, "v"}}),
                ElementsAre(HasSubstr(std::string("CUSTOM_HEADER_") + name + ": ")))
        << name;
  }
  for (const std::string& value :
       std::vector<std::string>{"a\r\nX: b", "a\nb", std::string("a\0b", 3), "a\x7f"}) {
    EXPECT_THAT(problems({{"OPENAI_API_KEY", "k"}, {"CUSTOM_HEADER_X", value}}),
                ElementsAre(HasSubstr("CUSTOM_HEADER_X: the value is not allowed")));
  }
}

TEST(Config, ProxiesAreKnownInLowerCaseToo) {
  EXPECT_EQ(good({{"https_proxy", "http://p:1"}}).https_proxy.reveal(), "http://p:1");
  EXPECT_EQ(good({{"https_proxy", "http://p:1"}, {"HTTPS_PROXY", "http://q:1"}}).https_proxy.reveal(),
            "http://q:1");
  EXPECT_EQ(good({}, {{"no_proxy", "a,b"}}).no_proxy, "a,b");
}

TEST(Config, ChecksOfOtherLayersJoinIn) {
  const auto config = load({{"PORT", "x"}}, {}, Purpose::demo, [](const Config& seen, Problems& found) {
    found.lines.push_back("SMALL_MODEL: " + seen.small_model);
  });
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().lines, ElementsAre(HasSubstr("PORT"), "SMALL_MODEL: gpt-4o-mini"));
}

TEST(Config, KnowsWhatTheShellSaid) {
  const auto config = good({{"BIG_MODEL", "a"}}, {{"BIG_MODEL", "b"}, {"SMALL_MODEL", "c"}});
  EXPECT_TRUE(config.came_from_shell("BIG_MODEL"));
  EXPECT_FALSE(config.came_from_shell("SMALL_MODEL"));
  EXPECT_TRUE(config.was_given("SMALL_MODEL"));
}

TEST(Config, OddSpellings) {
  EXPECT_EQ(good({{"LOG_FORMAT", "JSON"}}).log_format, LogFormat::json);
  EXPECT_THAT(problems({{"OPENAI_API_KEY", "k"}, {"LOG_FORMAT", "xml"}}),
              ElementsAre(HasSubstr("LOG_FORMAT: \"xml\" is not allowed; expected text or json")));
  EXPECT_THAT(problems({{"OPENAI_API_KEY", "k"}, {"SSL_CLIENT_KEY_FILE", "k.pem"}}),
              ElementsAre(HasSubstr("SSL_CLIENT_CERT_FILE")));
  EXPECT_EQ(good({{"LOG_LEVEL", "info  # verbose"}}).log_level, LogLevel::info);
  EXPECT_EQ(good({{"WORKERS", "auto"}}).workers, 0);
  EXPECT_FALSE(good({{"SSL_VERIFY", "No"}}).ssl_verify);
  EXPECT_TRUE(good({{"SSL_VERIFY", "1"}}).ssl_verify);
  EXPECT_THAT(problems({{"OPENAI_API_KEY", "k"}, {"MIN_TOKENS_LIMIT", "5000"}}),
              ElementsAre(HasSubstr("MIN_TOKENS_LIMIT")));
}

TEST(Dotenv, ReadsWhatPeopleWrite) {
  const auto variables = parse_dotenv(
      "\xEF\xBB\xBF# comment\r\n"
      "OPENAI_API_KEY=\"sk-a#b\" # key\r\n"
      "export BIG_MODEL='gpt 4'\n"
      "  SMALL_MODEL = plain # comment\n"
      "\n"
      "URL=https://x.test/#anchor\n"
      "ESCAPED=\"a\\\"b\\\\c\"\n"
      "EMPTY=\n"
      "LAST=x");
  ASSERT_TRUE(variables);
  EXPECT_THAT(*variables,
              ElementsAre(Pair("BIG_MODEL", "gpt 4"), Pair("EMPTY", ""), Pair("ESCAPED", "a\"b\\c"),
                          Pair("LAST", "x"), Pair("OPENAI_API_KEY", "sk-a#b"), Pair("SMALL_MODEL", "plain"),
                          Pair("URL", "https://x.test/#anchor")));
}

TEST(Dotenv, ProblemsNameTheLine) {
  const auto variables = parse_dotenv("GOOD=1\nnonsense\nOPEN=\"never closed\n1BAD=x\nAFTER='a' b\n");
  ASSERT_FALSE(variables);
  EXPECT_THAT(variables.error().lines, ElementsAre(HasSubstr("line 2"), HasSubstr("line 3: OPEN"),
                                                   HasSubstr("line 4"), HasSubstr("line 5: AFTER")));
}

TEST(Render, EveryOptionIsEverywhereAndSecretsNowhere) {
  const auto config = good({{"OPENAI_API_KEY", "hidden-key"}, {"ANTHROPIC_API_KEY", "hidden-too"}});
  const auto shown = render_config(config);
  for (const auto& option : options) {
    if (is_family(option)) continue;
    const std::string name(option.name);
    EXPECT_THAT(render_help(), HasSubstr(name));
    EXPECT_THAT(render_env_example(), HasSubstr("#" + name + "="));
    EXPECT_THAT(render_markdown(), HasSubstr("`" + name + "`"));
    EXPECT_THAT(shown, HasSubstr(name + "="));
  }
  EXPECT_THAT(shown, Not(HasSubstr("hidden")));
  EXPECT_THAT(shown, HasSubstr("OPENAI_API_KEY=[secret]"));
}

TEST(Secret, PrintsNothingAndCompares) {
  const Secret secret("key");
  std::ostringstream out;
  out << secret;
  EXPECT_EQ(out.str(), "[secret]");
  EXPECT_TRUE(secret.matches("key"));
  EXPECT_EQ(Secret("secret-key").removed_from("a secret-key, secret-key"), "a [secret], [secret]");
  EXPECT_EQ(secret.removed_from("key"), "key") << "too short to be told from other words";
  for (const char* wrong : {"", "ke", "keyy", "kez", "KEY"}) EXPECT_FALSE(secret.matches(wrong)) << wrong;
}

}  // namespace
}  // namespace ccp::config
