#include "translate/computer_tool.h"

#include <fmt/format.h>

namespace ccp::translate {

namespace {

constexpr std::string_view prefix = "computer_20";

constexpr std::string_view first_actions =
    R"("key","type","mouse_move","left_click","left_click_drag","right_click","middle_click","double_click",)"
    R"("screenshot","cursor_position")";
/// Since computer_20250124.
constexpr std::string_view later_actions =
    R"(,"left_mouse_down","left_mouse_up","scroll","hold_key","wait","triple_click")";
/// Since computer_20251124.
constexpr std::string_view zoom_action = R"(,"zoom")";

constexpr std::string_view later_fields =
    R"(,"scroll_direction":{"type":"string","enum":["up","down","left","right"],"description":"scroll."},)"
    R"("scroll_amount":{"type":"integer","description":"scroll: how many clicks of the wheel."},)"
    R"("duration":{"type":"number","description":"hold_key and wait: seconds."})";
constexpr std::string_view zoom_field =
    R"(,"region":{"type":"array","items":{"type":"integer"},"description":"zoom: left, top, right and bottom)"
    R"( in pixels."})";

}  // namespace

bool is_computer(const anthropic::Tool& tool) { return tool.type.starts_with(prefix); }

std::string computer_schema(const anthropic::Tool& tool) {
  const bool later = tool.type >= "computer_20250124";
  const bool zooms = tool.type >= "computer_20251124";
  const auto size =
      tool.display_width_px > 0 && tool.display_height_px > 0
          ? fmt::format("; the display has {} x {}", tool.display_width_px, tool.display_height_px)
          : std::string();
  return fmt::format(
      R"({{"type":"object","properties":{{"action":{{"type":"string","enum":[{}{}{}]}},)"
      R"("coordinate":{{"type":"array","items":{{"type":"integer"}},"description":"x and y in pixels from the )"
      R"(top left{}."}},"start_coordinate":{{"type":"array","items":{{"type":"integer"}},"description":)"
      R"("left_click_drag: where it begins."}},"text":{{"type":"string","description":"type: the text; key and )"
      R"(hold_key: the keys, for example ctrl+s; clicks and scroll: keys held down."}}{}{}}},"required":["action"]}})",
      first_actions, later ? later_actions : "", zooms ? zoom_action : "", size, later ? later_fields : "",
      zooms ? zoom_field : "");
}

}  // namespace ccp::translate
