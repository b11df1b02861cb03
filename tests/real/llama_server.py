"""llama.cpp's server as PyPI's xllamacpp has it: llama_server.py MODEL.gguf N_CTX PARALLEL. Listens on 127.0.0.1 at a
free port, prints its base URL, and ends when its standard input does."""
import socket
import sys

import xllamacpp


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def parameters(model, n_ctx, parallel):
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {"qwen2.5-coder-0.5b"}
    params.hostnames = ["127.0.0.1"]
    params.port = free_port()
    params.n_ctx = n_ctx
    params.n_parallel = parallel
    params.kv_unified = False
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.use_jinja = True
    params.warmup = False
    params.ui = False
    return params


def main():
    model, n_ctx, parallel = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    server = xllamacpp.Server(parameters(model, n_ctx, parallel))
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
