#include "endpoints/model_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ccp::endpoints {
namespace {

const route::Models mapped{.big = "gpt-4o", .middle = "gpt-4.1", .small = "gpt-4o-mini"};

std::vector<ListedModel> seven() {
  return listed_models(
      mapped,
      {{"gpt-4o", 1715367049, 128000}, {"b", 0, 0}, {"c/d", 0, 0}, {"b", 0, 0}, {"anthropic/e", 0, 0}},
      "provider.test");
}

std::string ids(std::string_view query) {
  const auto page = parse_page(query);
  if (!page) return page.error().message;
  const auto json = models_json(seven(), *page);
  if (!json) return json.error().message;
  std::string list;
  for (std::size_t at = 0; (at = json->find("\"id\":\"", at)) != std::string::npos;) {
    at += 6;
    list += json->substr(at, json->find('"', at) - at) + " ";
  }
  return list + json->substr(json->find("\"has_more\""));
}

TEST(ModelList, FamiliesFirstThenTheProvidersWithoutRepetition) {
  const auto models = seven();
  ASSERT_EQ(models.size(), 7U);
  EXPECT_EQ(models[0].display_name, "gpt-4o (as opus)");
  EXPECT_EQ(models[1].id, "claude-sonnet");
  EXPECT_EQ(models[2].display_name, "gpt-4o-mini (as haiku)");
  EXPECT_EQ(
      model_json(models[3]),
      R"({"type":"model","id":"claude/gpt-4o","display_name":"gpt-4o","description":"128000 tokens, at provider.test",)"
      R"("created_at":"2024-05-10T18:50:49Z","lifecycle":"active","max_input_tokens":128000,"max_tokens":null,)"
      R"("capabilities":null,"line":null,"deprecated_at":null,"retires_at":null})");
}

TEST(ModelList, EveryListedNameIsKeptByThePickerAndGoesToItsModel) {
  const std::vector<std::string> provider = {
      "gpt-4o",           "qwen2.5-coder:7b",         "vendor/large",
      "claude-opus",      "claude-sonnet-4-5",        "claude/mine",
      "anthropic/claude", "us.anthropic.claude-v1:0", "vendor/CLAUDE-2",
      "vendor/claude-3"};
  std::vector<openai::Model> models;
  for (const auto& id : provider) models.push_back({id, 0, 0});
  const auto listed = listed_models(mapped, models, "provider.test");
  ASSERT_EQ(listed.size(), 3 + provider.size());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const auto& id = listed[i].id;
    EXPECT_TRUE(id.contains("claude") || id.contains("anthropic")) << id;
    if (i >= 3) EXPECT_EQ(route::upstream_model(mapped, id), provider[i - 3]) << id;
    EXPECT_EQ(model_of(mapped, models, "provider.test", id).id, id);
  }
  EXPECT_EQ(listed[9].id, "anthropic/claude");
}

TEST(ModelList, AnyNameHasItsModel) {
  const std::vector<openai::Model> provider = {{"gpt-4o", 7, 128000}};
  const auto big = model_of(mapped, provider, "provider.test", "claude-opus-5-5");
  EXPECT_EQ(big.id, "claude-opus-5-5");
  EXPECT_EQ(big.display_name, "gpt-4o");
  EXPECT_EQ(big.context_window, 128000);
  EXPECT_EQ(model_of(mapped, provider, "provider.test", "claude/other").display_name, "other");
  EXPECT_EQ(model_of(mapped, {}, "provider.test", "gpt-4o").display_name, "gpt-4o");
}

TEST(ModelList, ADescriptionHasAHundredCharactersAtMost) {
  const auto model = model_of(mapped, {}, std::string(300, 'h'), "gpt-4o");
  EXPECT_EQ(model.description.size(), 100U);
}

TEST(ModelList, Pages) {
  EXPECT_EQ(ids(""),
            "claude-opus claude-sonnet claude-haiku claude/gpt-4o claude/b claude/c/d anthropic/e "
            R"("has_more":false,"first_id":"claude-opus","last_id":"anthropic/e"})");
  EXPECT_EQ(
      ids("limit=2"),
      R"(claude-opus claude-sonnet "has_more":true,"first_id":"claude-opus","last_id":"claude-sonnet"})");
  EXPECT_EQ(ids("limit=2&after_id=claude%2Fb&beta=true"),
            R"(claude/c/d anthropic/e "has_more":false,"first_id":"claude/c/d","last_id":"anthropic/e"})");
  EXPECT_EQ(ids("after_id=claude%2Fc%2Fd&limit=1"),
            R"(anthropic/e "has_more":false,"first_id":"anthropic/e","last_id":"anthropic/e"})");
  EXPECT_EQ(ids("after_id=anthropic/e"), R"("has_more":false,"first_id":null,"last_id":null})");
  EXPECT_EQ(
      ids("before_id=claude/b&limit=2"),
      R"(claude-haiku claude/gpt-4o "has_more":true,"first_id":"claude-haiku","last_id":"claude/gpt-4o"})");
  EXPECT_EQ(ids("before_id=claude-sonnet"),
            R"(claude-opus "has_more":false,"first_id":"claude-opus","last_id":"claude-opus"})");
}

TEST(ModelList, BadPages) {
  for (const char* limit : {"0", "1001", "-1", "x", "", "5x"})
    EXPECT_EQ(ids(std::string("limit=") + limit), "limit: expected a number from 1 to 1000") << limit;
  EXPECT_EQ(ids("after_id=nope"), "after_id: no such model");
  EXPECT_EQ(ids("before_id=nope"), "before_id: no such model");
}

}  // namespace
}  // namespace ccp::endpoints
