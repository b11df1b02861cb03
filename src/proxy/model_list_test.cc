#include "proxy/model_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ccp::proxy {
namespace {

const route::Models mapped{.big = "gpt-4o", .middle = "gpt-4.1", .small = "gpt-4o-mini"};

std::vector<ListedModel> seven() {
  return listed_models(
      mapped, {{"gpt-4o", 1715367049, 0}, {"b", 0, 0}, {"c/d", 0, 0}, {"claude-opus", 0, 0}, {"e", 0, 0}});
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
  EXPECT_EQ(models[3].id, "gpt-4o");
  EXPECT_EQ(model_json(models[3]),
            R"({"type":"model","id":"gpt-4o","display_name":"gpt-4o","created_at":"2024-05-10T18:50:49Z"})");
}

TEST(ModelList, Pages) {
  EXPECT_EQ(ids(""),
            "claude-opus claude-sonnet claude-haiku gpt-4o b c/d e "
            R"("has_more":false,"first_id":"claude-opus","last_id":"e"})");
  EXPECT_EQ(
      ids("limit=2"),
      R"(claude-opus claude-sonnet "has_more":true,"first_id":"claude-opus","last_id":"claude-sonnet"})");
  EXPECT_EQ(ids("limit=2&after_id=b&beta=true"), R"(c/d e "has_more":false,"first_id":"c/d","last_id":"e"})");
  EXPECT_EQ(ids("after_id=c%2Fd&limit=1"), R"(e "has_more":false,"first_id":"e","last_id":"e"})");
  EXPECT_EQ(ids("after_id=e"), R"("has_more":false,"first_id":null,"last_id":null})");
  EXPECT_EQ(ids("before_id=b&limit=2"),
            R"(claude-haiku gpt-4o "has_more":true,"first_id":"claude-haiku","last_id":"gpt-4o"})");
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
}  // namespace ccp::proxy
