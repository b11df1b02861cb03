#include "proxy/web_search.h"

#include <gtest/gtest.h>

namespace ccp::proxy {
namespace {

struct Asked {
  upstream::Request request;
  std::string body;
};

Asked asked(std::string url, std::string key, translate::SearchQuestion question) {
  config::Config config;
  config.search_url = std::move(url);
  config.search_api_key = Secret(std::move(key));
  const auto backend = search_backend(config);
  EXPECT_TRUE(backend && *backend);
  Asked result;
  result.request = search_request(**backend, config, question, result.body);
  return result;
}

std::string header(const upstream::Request& request, std::string_view name) {
  for (const auto& field : request.headers) {
    if (field.name == name) return field.value;
  }
  return "";
}

TEST(WebSearchRequest, SearXng) {
  const auto plain = asked("http://localhost:8888", "", {.query = "new C++ ä&b"});
  EXPECT_EQ(plain.request.method, "GET");
  EXPECT_EQ(plain.request.target, "/search?format=json&q=new%20C%2B%2B%20%C3%A4%26b");
  EXPECT_EQ(header(plain.request, "Authorization"), "");
  const auto below =
      asked("https://example.com/searx", "k",
            {.query = "q", .allowed_domains = {"a.org", "b.org"}, .blocked_domains = {"c.org"}});
  EXPECT_EQ(below.request.target,
            "/searx/search?format=json&q=q%20site%3Aa.org%20OR%20site%3Ab.org%20-site%3Ac.org");
  EXPECT_EQ(header(below.request, "Authorization"), "Bearer k");
}

TEST(WebSearchRequest, Brave) {
  const auto [request, body] = asked("https://api.search.brave.com", "BSA", {.query = "q"});
  EXPECT_EQ(request.target, "/res/v1/web/search?count=10&q=q");
  EXPECT_EQ(header(request, "X-Subscription-Token"), "BSA");
  EXPECT_EQ(header(request, "Authorization"), "");
}

TEST(WebSearchRequest, Tavily) {
  const auto [request, body] =
      asked("https://api.tavily.com", "tvly", {.query = "q \"x\"", .allowed_domains = {"a.org"}});
  EXPECT_EQ(request.method + " " + request.target, "POST /search");
  EXPECT_EQ(body, R"({"query":"q \"x\"","max_results":10,"include_domains":["a.org"]})");
  EXPECT_EQ(header(request, "Authorization"), "Bearer tvly");
}

TEST(WebSearchRequest, NoneAndWrong) {
  EXPECT_FALSE(search_backend({})->has_value());
  config::Config config;
  config.search_url = "localhost:8888";
  EXPECT_TRUE(search_backend(config).error().message.starts_with("SEARCH_URL: "));
}

std::string pages(std::string text) {
  json::Reader reader;
  const auto parsed = parse_pages(reader, text);
  if (!parsed) return "error";
  std::string shown;
  for (const auto& [url, title, extract] : *parsed) shown += url + "|" + title + "|" + extract + "\n";
  return shown;
}

TEST(WebSearchPages, EachBackendsForm) {
  EXPECT_EQ(
      pages(
          R"({"query":"q","results":[{"url":"https://a","title":"A","content":"about"},{"title":"none"}]})"),
      "https://a|A|about\n");
  EXPECT_EQ(
      pages(R"({"type":"search","web":{"results":[{"title":"B","url":"https://b","description":"d"}]}})"),
      "https://b|B|d\n");
  EXPECT_EQ(pages(R"({"results":[{"url":"https://c","title":null,"content":5},7,{"url":"javascript:x"}]})"),
            "https://c|https://c|\n");
  EXPECT_EQ(pages(R"({"web":{}})"), "");
  for (const char* text : {"", "[]", "{}", "<html>", R"({"results":5})"})
    EXPECT_EQ(pages(text), "error") << text;
}

TEST(WebSearchPages, AreBounded) {
  const std::string shown =
      pages(R"({"results":[{"url":"https://a","title":")" + std::string(400, 't') + R"(","content":")" +
            std::string(999, 'c') + "ä" + R"("},{"url":"https://)" + std::string(2050, 'u') + R"("}]})");
  EXPECT_EQ(shown, "https://a|" + std::string(300, 't') + "|" + std::string(999, 'c') + "\n");
}

}  // namespace
}  // namespace ccp::proxy
