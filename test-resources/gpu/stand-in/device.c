/*
 * A CUDA device that does nothing: what ONNX Runtime's CUDA provider asks of libcudart, libcublas, libcublasLt, libcurand,
 * libcuda and libcudnn in order to place the nodes of a graph and to run it. Device memory is host memory, kernels are never
 * run, so results are garbage, but which kernels exist, where tensors are copied and how kernels are launched is the
 * provider's own answer, and what no device takes is refused. "build" compiles this file once for each library, and adds a
 * function that returns success for each other symbol.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_CONFIGURATION = 9, CUBLAS_INVALID_VALUE = 7, CUDNN_BAD_PARAM = 2000 };
enum { THREADS = 1024, SHARED = 49152, SHARED_ASKED_FOR = 232448 };

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
        device->shared = SHARED;                            \
        device->registers = 65536;                          \
        device->warp = 32;                                  \
        device->threads = THREADS;                            \
        for (int axis = 0; axis < 3; axis++) {              \
            device->threads_dim[axis] = axis < 2 ? 1024 : 64; \
            device->grid[axis] = axis == 0 ? 2147483647 : 65535; \
        }                                                   \
        device->major = 9;                                  \
        device->processors = 132;                           \
        return SUCCESS;                                     \
    }
DESCRIBE(cudaGetDeviceProperties_v2, before_13)
DESCRIBE(cudaGetDeviceProperties, since_13)

int cudaGetDeviceCount(int *count) { *count = 1; return SUCCESS; }
int cudaGetDevice(int *index) { *index = 0; return SUCCESS; }

/* Numbers from which kernels make their grids; those not asked for are 0. */
int cudaDeviceGetAttribute(int *value, int attribute, int index) {
    switch (attribute) {
    case 1: *value = THREADS; break;               /* of a block */
    case 2: case 3: *value = THREADS; break;       /* of a block, along x and y */
    case 4: *value = 64; break;                    /* of a block, along z */
    case 5: *value = 2147483647; break;            /* blocks along x */
    case 6: case 7: *value = 65535; break;         /* blocks along y and z */
    case 8: *value = SHARED; break;                /* bytes of a block */
    case 10: *value = 32; break;                   /* threads of a warp */
    case 16: *value = 132; break;                  /* multiprocessors */
    case 39: *value = 2048; break;                 /* threads of a multiprocessor */
    case 75: *value = 9; break;                    /* compute capability */
    case 97: *value = SHARED_ASKED_FOR; break;
    default: *value = 0;
    }
    return SUCCESS;
}
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
int cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height,
                      int kind, void *stream) {
    for (size_t row = 0; row < height; row++) {
        memmove((char *)to + row * to_pitch, (const char *)from + row * from_pitch, width);
    }
    return SUCCESS;
}
/* A number of 4 bytes that leaves the device is STAND_IN_COUNT, if set: no kernel has counted what NonZero finds. */
int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *stream) {
    const char *count = getenv("STAND_IN_COUNT");
    if (kind == 2 && bytes == 4 && count) {
        *(int *)to = atoi(count);
        return SUCCESS;
    }
    return cudaMemcpy(to, from, bytes, kind);
}
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

/* Launches: no kernel runs, but a configuration that no device takes is refused, and stays the last error until it is read. */

struct dim3 { unsigned x, y, z; };
struct configuration { struct dim3 grid, block; size_t shared; void *stream; };

static _Thread_local struct configuration pushed[8];
static _Thread_local int depth;
static _Thread_local int last_error;
static _Atomic long launches, products, descriptors, refused;
static size_t shared_asked_for = SHARED;

static int empty(struct dim3 of) { return of.x == 0 || of.y == 0 || of.z == 0; }

static int launch(struct dim3 grid, struct dim3 block, size_t shared) {
    launches++;
    if (!empty(grid) && !empty(block) && grid.x <= 2147483647 && grid.y <= 65535 && grid.z <= 65535
        && (size_t)block.x * block.y * block.z <= THREADS && block.z <= 64 && shared <= shared_asked_for) {
        return SUCCESS;
    }
    refused++;
    fprintf(stderr, "stand-in: refused grid %u x %u x %u, block %u x %u x %u, %zu bytes shared\n",
            grid.x, grid.y, grid.z, block.x, block.y, block.z, shared);
    return last_error = INVALID_CONFIGURATION;
}

unsigned __cudaPushCallConfiguration(struct dim3 grid, struct dim3 block, size_t shared, void *stream) {
    pushed[depth++] = (struct configuration){grid, block, shared, stream};
    return SUCCESS;
}
int __cudaPopCallConfiguration(struct dim3 *grid, struct dim3 *block, size_t *shared, void **stream) {
    struct configuration last = pushed[--depth];
    *grid = last.grid;
    *block = last.block;
    *shared = last.shared;
    *stream = last.stream;
    return SUCCESS;
}
int cudaLaunchKernel(const void *kernel, struct dim3 grid, struct dim3 block, void **arguments, size_t shared, void *stream) {
    return launch(grid, block, shared);
}
int __cudaLaunchKernel(void *kernel, struct dim3 grid, struct dim3 block, void **arguments, size_t shared, void *stream) {
    return launch(grid, block, shared);
}
int cudaLaunchKernelExC(const struct configuration *how, const void *kernel, void **arguments) {
    return launch(how->grid, how->block, how->shared);
}
int cudaGetLastError(void) { int error = last_error; last_error = SUCCESS; return error; }
int cudaPeekAtLastError(void) { return last_error; }

/* The limit of shared memory is a kernel's own; here the largest that was asked for is that of all. */
int cudaFuncSetAttribute(const void *kernel, int attribute, int value) {
    if (attribute == 8 && value > SHARED_ASKED_FOR) {
        return last_error = 1;
    }
    if (attribute == 8 && (size_t)value > shared_asked_for) {
        shared_asked_for = value;
    }
    return SUCCESS;
}
struct function { size_t shared, constants, local; int threads, registers, ptx, binary, cache, dynamic, carveout; };
int cudaFuncGetAttributes(struct function *function, const void *kernel) {
    *function = (struct function){.threads = THREADS, .registers = 32, .ptx = 90, .binary = 90, .dynamic = SHARED};
    return SUCCESS;
}
int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *kernel, int threads,
    size_t shared, unsigned flags) {
    *blocks = 2048 / (threads ? threads : THREADS);
    return SUCCESS;
}

__attribute__((destructor)) static void report(void) {
    if (launches + products + descriptors > 0) {
        fprintf(stderr, "stand-in: %ld launches, %ld products, %ld descriptors, %ld refused\n",
                launches, products, descriptors, refused);
    }
}

/* Products of matrices: what the documentation of cuBLAS says that it refuses. */

static int at_least_1(int size) { return size > 1 ? size : 1; }

static int product(const char *what, int left, int right, int m, int n, int k, int lda, int ldb, int ldc, int count) {
    products++;
    if (m >= 0 && n >= 0 && k >= 0 && count >= 0 && lda >= at_least_1(left ? k : m) && ldb >= at_least_1(right ? n : k)
        && ldc >= at_least_1(m)) {
        return SUCCESS;
    }
    refused++;
    fprintf(stderr, "stand-in: refused %s: m %d, n %d, k %d, leading dimensions %d, %d, %d, %d matrices\n",
            what, m, n, k, lda, ldb, ldc, count);
    return CUBLAS_INVALID_VALUE;
}

int cublasSgemm_v2(void *library, int left, int right, int m, int n, int k, const void *alpha, const void *a, int lda,
                   const void *b, int ldb, const void *beta, void *c, int ldc) {
    return product(__func__, left, right, m, n, k, lda, ldb, ldc, 1);
}
int cublasSgemmBatched(void *library, int left, int right, int m, int n, int k, const void *alpha, const void *a, int lda,
                       const void *b, int ldb, const void *beta, void *c, int ldc, int count) {
    return product(__func__, left, right, m, n, k, lda, ldb, ldc, count);
}
int cublasSgemmStridedBatched(void *library, int left, int right, int m, int n, int k, const void *alpha, const void *a,
                              int lda, long long next_a, const void *b, int ldb, long long next_b, const void *beta,
                              void *c, int ldc, long long next_c, int count) {
    return product(__func__, left, right, m, n, k, lda, ldb, ldc, count);
}
int cublasGemmEx(void *library, int left, int right, int m, int n, int k, const void *alpha, const void *a, int type_a,
                 int lda, const void *b, int type_b, int ldb, const void *beta, void *c, int type_c, int ldc, int compute,
                 int algorithm) {
    return product(__func__, left, right, m, n, k, lda, ldb, ldc, 1);
}
int cublasGemmBatchedEx(void *library, int left, int right, int m, int n, int k, const void *alpha, const void *a,
                        int type_a, int lda, const void *b, int type_b, int ldb, const void *beta, void *c, int type_c,
                        int ldc, int count, int compute, int algorithm) {
    return product(__func__, left, right, m, n, k, lda, ldb, ldc, count);
}
int cublasGemmStridedBatchedEx(void *library, int left, int right, int m, int n, int k, const void *alpha, const void *a,
                               int type_a, int lda, long long next_a, const void *b, int type_b, int ldb,
                               long long next_b, const void *beta, void *c, int type_c, int ldc, long long next_c,
                               int count, int compute, int algorithm) {
    return product(__func__, left, right, m, n, k, lda, ldb, ldc, count);
}
int cublasSgeam(void *library, int left, int right, int m, int n, const void *alpha, const void *a, int lda,
                const void *beta, const void *b, int ldb, void *c, int ldc) {
    products++;
    if (m >= 0 && n >= 0 && lda >= at_least_1(left ? n : m) && ldb >= at_least_1(right ? n : m) && ldc >= at_least_1(m)) {
        return SUCCESS;
    }
    refused++;
    fprintf(stderr, "stand-in: refused %s: m %d, n %d, leading dimensions %d, %d, %d\n", __func__, m, n, lda, ldb, ldc);
    return CUBLAS_INVALID_VALUE;
}

/* cuDNN: descriptors of tensors have sizes of at least 1; reductions need no memory. */

int cudnnCreateTensorDescriptor(void **descriptor) { return handle(descriptor); }
int cudnnDestroyTensorDescriptor(void *descriptor) { return release(descriptor); }
int cudnnCreateReduceTensorDescriptor(void **descriptor) { return handle(descriptor); }
int cudnnDestroyReduceTensorDescriptor(void *descriptor) { return release(descriptor); }
int cudnnSetReduceTensorDescriptor(void *descriptor, int operation, int type, int nan, int indices, int index_type) {
    return SUCCESS;
}
int cudnnGetReductionIndicesSize(void *library, void *reduction, void *from, void *to, size_t *bytes) {
    *bytes = 0;
    return SUCCESS;
}
int cudnnGetReductionWorkspaceSize(void *library, void *reduction, void *from, void *to, size_t *bytes) {
    *bytes = 0;
    return SUCCESS;
}
int cudnnReduceTensor(void *library, void *reduction, ...) { return SUCCESS; }
int cudnnSetTensorNdDescriptor(void *descriptor, int type, int rank, const int sizes[], const int strides[]) {
    descriptors++;
    for (int axis = 0; axis < rank; axis++) {
        if (sizes[axis] <= 0) {
            refused++;
            fprintf(stderr, "stand-in: refused descriptor: size %d of axis %d\n", sizes[axis], axis);
            return CUDNN_BAD_PARAM;
        }
    }
    return rank > 8 ? CUDNN_BAD_PARAM : SUCCESS;
}

/* Messages. */

const char *cudnnGetErrorString(int status) { return "stand-in"; }
const char *cudaGetErrorName(int error) { return "stand-in"; }
const char *cudaGetErrorString(int error) { return "stand-in"; }
const char *cublasGetStatusName(int status) { return "stand-in"; }
const char *cublasGetStatusString(int status) { return "stand-in"; }
