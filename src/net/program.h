#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/asio.h"

/// Other programs, run on bytes that came from outside: with nothing of ours in their hands and bounds on
/// everything.
namespace ccp::net {

struct Program {
  std::string path;
  std::vector<std::string> arguments;  ///< behind the program's name
};

struct ProgramLimits {
  std::chrono::milliseconds time{20'000};     ///< then it is killed; also of processor time
  std::size_t memory = std::size_t{1} << 30;  ///< address space, in bytes
  std::size_t output = std::size_t{4} << 20;  ///< bytes that are read of it
};

struct ProgramOutput {
  std::string bytes;
  bool cut = false;  ///< there was more than the limit
};

/// Runs `program` with `input` as its standard input, a file in memory. It gets an environment of PATH and
/// LANG only, no other file of ours, and can write into none. Its standard error is thrown away. Fails when
/// it cannot be started, takes too long, or ends with a failure and without output. Needs /bin/sh.
Task<Result<ProgramOutput>> run(asio::io_context& io, const Program& program, std::string_view input,
                                ProgramLimits limits);

/// The program's path: `name` itself when it has a slash, else the first of that name in PATH. Nothing when
/// there is none that can be run.
std::optional<std::string> find_program(std::string_view name);

}  // namespace ccp::net
