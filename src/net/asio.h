#pragma once

// The one way to Asio: a precompiled header, built once for all layers that touch sockets. What is included
// here is included nowhere else.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace ccp::net {

namespace asio = boost::asio;

/// Every object of one worker lives on one io_context that one thread runs: the plain executor, no strands,
/// no type erasure.
using Executor = asio::io_context::executor_type;

/// A coroutine on a worker. Errors are values; an exception that leaves one of ours is a fault, such as
/// memory that ran out: it ends the request, and whoever holds what others point to waits for them all the
/// same.
template <class T = void>
using Task = asio::awaitable<T, Executor>;

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Endpoint = asio::ip::tcp::endpoint;

inline constexpr asio::use_awaitable_t<Executor> use_task{};

}  // namespace ccp::net
