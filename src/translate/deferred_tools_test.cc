#include "translate/deferred_tools.h"

#include <gtest/gtest.h>

namespace ccp::translate {
namespace {

TEST(DeferredTools, AnUnknownReferenceDoesNotHideTheNext) {
  anthropic::MessagesRequest request;
  request.tools = {
      {.name = "always"}, {.name = "later", .defer_loading = true}, {.name = "never", .defer_loading = true}};
  auto& message = request.messages.emplace_back();
  for (const std::string_view name : {"gone", "later", "later"}) {
    message.content.push_back({.value = anthropic::ToolReferenceBlock{name}});
  }
  const auto visible = visible_tools(request);
  ASSERT_EQ(visible.size(), 2U);
  EXPECT_EQ(visible[0]->name, "always");
  EXPECT_EQ(visible[1]->name, "later");
}

}  // namespace
}  // namespace ccp::translate
