#include "provider/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ccp::provider {
namespace {

using testing::Contains;
using testing::Not;

/// Name and value as they go on the wire.
std::vector<std::string> headers(const upstream::Request& request) {
  std::vector<std::string> lines;
  for (const auto& header : request.headers) lines.push_back(header.name + ": " + header.value);
  return lines;
}

upstream::Request chat(const config::Config& config, std::string_view base, std::string_view model = "m") {
  return chat_request(config, *upstream::parse_origin(base), model, true);
}

config::Config with_key() {
  config::Config config;
  config.openai_api_key = Secret("sk-key-12345");
  return config;
}

TEST(ProviderRequest, GoesToTheBaseUrlWithTheKey) {
  const auto request = chat(with_key(), "https://h.test/v1");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/chat/completions");
  EXPECT_THAT(headers(request), Contains("Authorization: Bearer sk-key-12345"));
  EXPECT_THAT(headers(request), Contains("Accept: text/event-stream"));
}

TEST(ProviderRequest, AzureNamesTheDeploymentInThePath) {
  auto config = with_key();
  config.azure_api_version = "2024-10-21";
  const auto request = chat(config, "https://r.openai.azure.com", "gpt 4/o");
  EXPECT_EQ(request.target, "/openai/deployments/gpt%204%2Fo/chat/completions?api-version=2024-10-21");
  EXPECT_THAT(headers(request), Contains("api-key: sk-key-12345"));
  EXPECT_THAT(headers(request), Not(Contains(testing::StartsWith("Authorization"))));
}

TEST(ProviderRequest, AzureBaseThatNamesADeploymentStaysAsItIs) {
  auto config = with_key();
  config.azure_api_version = "preview";
  EXPECT_EQ(chat(config, "https://r.openai.azure.com/openai/deployments/dep").target,
            "/openai/deployments/dep/chat/completions?api-version=preview");
  EXPECT_EQ(chat(config, "https://r.openai.azure.com/openai/v1").target,
            "/openai/v1/chat/completions?api-version=preview");
  EXPECT_EQ(chat(config, "https://gateway.test/azure").target,
            "/azure/openai/deployments/m/chat/completions?api-version=preview");
}

TEST(ProviderRequest, CustomHeadersReplaceOurOwnOfAnyCase) {
  auto config = with_key();
  config.custom_headers = {
      {"USER-AGENT", Secret("mine")}, {"AUTHORIZATION", Secret("Basic abc")}, {"X-TEAM", Secret("blue")}};
  const auto sent = headers(chat(config, "https://h.test"));
  EXPECT_THAT(sent,
              testing::UnorderedElementsAre("Content-Type: application/json", "Accept: text/event-stream",
                                            "USER-AGENT: mine", "AUTHORIZATION: Basic abc", "X-TEAM: blue"));
}

TEST(ProviderRequest, ListOfModels) {
  auto config = with_key();
  EXPECT_EQ(models_request(config, *upstream::parse_origin("https://h.test/v1")).target, "/v1/models");
  config.azure_api_version = "V";
  for (const auto* base : {"https://h.test/x", "https://h.test/x/openai/deployments/d"}) {
    EXPECT_EQ(models_request(config, *upstream::parse_origin(base)).target, "/x/openai/models?api-version=V");
  }
}

TEST(ProviderRequest, NoSecretComesBack) {
  auto config = with_key();
  config.custom_headers = {{"X-KEY", Secret("another-secret")}};
  EXPECT_EQ(without_secrets(config, "sk-key-12345 and another-secret"), "[secret] and [secret]");
}

}  // namespace
}  // namespace ccp::provider
