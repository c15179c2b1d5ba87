/*
 * A CUDA device that does nothing: what ONNX Runtime's CUDA provider asks of libcudart, libcublas, libcublasLt, libcurand
 * and libcuda in order to place the nodes of a graph. Device memory is host memory, kernels are never run, so results are
 * garbage, but which kernels exist and where tensors are copied is the provider's own answer. "build" compiles this file
 * once for each library that the provider names (cuDNN is looked up by name, so its functions stand here), and adds a function that returns success for each other symbol.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0 };

static const size_t MEMORY = (size_t)16 << 30;

/* The device: one, of compute capability 9.0, so that no kernel is refused for its sake. */

struct before_13 {
    char name[256], uuid[16], luid[8];
    unsigned mask;
    size_t memory, shared;
    int registers, warp;
    size_t pitch;
    int threads, threads_dim[3], grid[3], clock;
    size_t constants;
    int major, minor;
    size_t alignment[2];
    int overlap, processors;
};

struct since_13 {
    char name[256], uuid[16], luid[8];
    unsigned mask;
    size_t memory, shared;
    int registers, warp;
    size_t pitch;
    int threads, threads_dim[3], grid[3];
    size_t constants;
    int major, minor;
    size_t alignment[2];
    int processors;
};

#define DESCRIBE(FUNCTION, LAYOUT)                          \
    int FUNCTION(struct LAYOUT *device, int index) {        \
        memset(device, 0, sizeof *device);                  \
        strcpy(device->name, "stand-in");                   \
        device->memory = MEMORY;                            \
        device->shared = 49152;                             \
        device->registers = 65536;                          \
        device->warp = 32;                                  \
        device->threads = 1024;                             \
        for (int axis = 0; axis < 3; axis++) {              \
            device->threads_dim[axis] = axis < 2 ? 1024 : 64; \
            device->grid[axis] = 65535;                     \
        }                                                   \
        device->major = 9;                                  \
        device->processors = 132;                           \
        return SUCCESS;                                     \
    }
DESCRIBE(cudaGetDeviceProperties_v2, before_13)
DESCRIBE(cudaGetDeviceProperties, since_13)

int cudaGetDeviceCount(int *count) { *count = 1; return SUCCESS; }
int cudaGetDevice(int *index) { *index = 0; return SUCCESS; }
int cudaDeviceGetAttribute(int *value, int attribute, int index) { *value = 0; return SUCCESS; }
int cudaDriverGetVersion(int *version) { *version = 13000; return SUCCESS; }
int cudaRuntimeGetVersion(int *version) { *version = 12080; return SUCCESS; }
int cudaMemGetInfo(size_t *unused, size_t *all) { *unused = *all = MEMORY; return SUCCESS; }

/* Memory: the host's, cleared, so that whatever reads a size from it finds 0. */

static int allocate(void **memory, size_t bytes) { *memory = calloc(1, bytes ? bytes : 1); return SUCCESS; }
static int release(void *memory) { free(memory); return SUCCESS; }

int cudaMalloc(void **memory, size_t bytes) { return allocate(memory, bytes); }
int cudaMallocHost(void **memory, size_t bytes) { return allocate(memory, bytes); }
int cudaHostAlloc(void **memory, size_t bytes, unsigned flags) { return allocate(memory, bytes); }
int cudaMallocFromPoolAsync(void **memory, size_t bytes, void *pool, void *stream) { return allocate(memory, bytes); }
int cudaFree(void *memory) { return release(memory); }
int cudaFreeAsync(void *memory, void *stream) { return release(memory); }
int cudaFreeHost(void *memory) { return release(memory); }
int cudaMemcpy(void *to, const void *from, size_t bytes, int kind) { memmove(to, from, bytes); return SUCCESS; }
int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *stream) { return cudaMemcpy(to, from, bytes, kind); }
int cudaMemset(void *memory, int value, size_t bytes) { memset(memory, value, bytes); return SUCCESS; }
int cudaMemsetAsync(void *memory, int value, size_t bytes, void *stream) { return cudaMemset(memory, value, bytes); }

/* Handles: distinct pointers that nothing looks behind. */

static int handle(void **created) { return allocate(created, 64); }

int cudaEventCreate(void **event) { return handle(event); }
int cudaEventCreateWithFlags(void **event, unsigned flags) { return handle(event); }
int cudaStreamCreate(void **stream) { return handle(stream); }
int cudaStreamCreateWithFlags(void **stream, unsigned flags) { return handle(stream); }
int cudaStreamIsCapturing(void *stream, int *status) { *status = 0; return SUCCESS; }
int cublasCreate_v2(void **library) { return handle(library); }
int cublasLtCreate(void **library) { return handle(library); }
int cublasGetMathMode(void *library, int *mode) { *mode = 0; return SUCCESS; }
int cudnnCreate(void **library) { return handle(library); }
int cudnnDestroy(void *library) { return release(library); }
int cudnnSetStream(void *library, void *stream) { return SUCCESS; }
void **__cudaRegisterFatBinary(void *binary) { static void *registered[8]; return registered; }

/* Messages. */

const char *cudnnGetErrorString(int status) { return "stand-in"; }
const char *cudaGetErrorName(int error) { return "stand-in"; }
const char *cudaGetErrorString(int error) { return "stand-in"; }
const char *cublasGetStatusName(int status) { return "stand-in"; }
const char *cublasGetStatusString(int status) { return "stand-in"; }
