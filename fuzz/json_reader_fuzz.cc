// Any bytes as JSON: reading every value and skipping the whole must agree on what is valid, and slices stay
// inside the text.

#include <string>

#include "json/reader.h"
#include "require.h"

namespace {

using ccp::Result;
using ccp::json::Reader;
using ccp::json::Type;
using ccp::json::Value;

Result<void> read(Value value);

template <class T>
Result<void> only_error(const Result<T>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

Result<void> read(Value value) {
  switch (value.type()) {
    case Type::object:
      return value.object([](std::string_view, Value field) { return read(field); });
    case Type::array:
      return value.array([](std::size_t, Value element) { return read(element); });
    case Type::string:
      return only_error(value.string());
    case Type::boolean:
      return only_error(value.boolean());
    default:
      return value.skip();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::string skipped = text;
  Reader skipper;
  const auto skip = skipper.parse(skipped, [](Value root) { return root.skip(); });
  std::string walked = text;
  Reader walker;
  const auto walk = walker.parse(walked, [](Value root) { return read(root); });
  CCP_REQUIRE(!skip || walk);
  CCP_REQUIRE(skip || !skip.error().message.empty());
  std::string sliced = text;
  Reader slicer;
  std::string copy;
  const auto slice = slicer.parse(sliced, [&](Value root) -> Result<void> {
    const auto raw = root.slice();
    if (!raw) return std::unexpected(raw.error());
    CCP_REQUIRE(raw->data() >= sliced.data() && raw->data() + raw->size() <= sliced.data() + sliced.size());
    copy = *raw;
    return {};
  });
  CCP_REQUIRE(slice.has_value() == skip.has_value());
  if (!slice) return 0;
  Reader again;
  CCP_REQUIRE(again.parse(copy, [](Value root) { return root.skip(); }));
  return 0;
}
