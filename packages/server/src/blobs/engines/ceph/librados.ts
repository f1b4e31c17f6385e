/** Address in the memory of the C library. */
export type Pointer = bigint

/** A function of the library, on this thread or, as `async`, on another. */
interface Native<Parameters extends unknown[], Result> {
  (...parameters: Parameters): Result
  async(...parameters: [...Parameters, done: (error: Error | null, result: Result) => void]): void
}
type Out = [Pointer | null]

/** What is used of librados, as its header has it (include/rados/librados.h). Sizes are bytes; an `int` below 0 is an error number. */
export interface Librados {
  readonly create: Native<[cluster: Out, user: string], number>
  readonly readConfig: Native<[cluster: Pointer, path: string], number>
  readonly set: Native<[cluster: Pointer, option: string, value: string], number>
  readonly connect: Native<[cluster: Pointer], number>
  readonly shutdown: Native<[cluster: Pointer], void>
  readonly openPool: Native<[cluster: Pointer, pool: string, context: Out], number>
  readonly closePool: Native<[context: Pointer], void>
  readonly setNamespace: Native<[context: Pointer, namespace: string], void>
  /** Writes to a full cluster fail, and do not wait until it is emptied. */
  readonly failWhereFull: Native<[context: Pointer], void>
  readonly createCompletion: Native<[key: number, done: Pointer, completion: Out], number>
  readonly result: Native<[completion: Pointer], number>
  readonly version: Native<[completion: Pointer], number | bigint>
  readonly release: Native<[completion: Pointer], void>
  readonly createChange: Native<[], Pointer>
  readonly releaseChange: Native<[change: Pointer], void>
  readonly addExclusive: Native<[change: Pointer, isExclusive: 1, category: null], void>
  readonly addVersion: Native<[change: Pointer, version: bigint], void>
  /** These two copy the bytes. */
  readonly addWhole: Native<[change: Pointer, bytes: Uint8Array, length: number], void>
  readonly addBytes: Native<[change: Pointer, bytes: Uint8Array, length: number, offset: number], void>
  readonly addRemoval: Native<[change: Pointer], void>
  readonly startChange: Native<
    [change: Pointer, context: Pointer, completion: Pointer, name: string, modified: null, flags: number],
    number
  >
  readonly startRead: Native<
    [
      context: Pointer,
      name: string,
      completion: Pointer,
      into: Uint8Array,
      length: number,
      offset: number | bigint,
    ],
    number
  >
  readonly listBegin: Native<[context: Pointer], Pointer>
  readonly listEnd: Native<[context: Pointer], Pointer>
  readonly listIsEnd: Native<[context: Pointer, cursor: Pointer], number>
  readonly list: Native<
    [
      context: Pointer,
      start: Pointer,
      end: Pointer,
      most: number,
      filter: null,
      filterLength: 0,
      items: Uint8Array,
      /** Holds a cursor, which is moved. */
      next: [Pointer],
    ],
    number
  >
  readonly freeList: Native<[count: number, items: Uint8Array], void>
  readonly freeCursor: Native<[context: Pointer, cursor: Pointer], void>
  /** Has `done` called on this thread for each completion; gives what {@link Librados.createCompletion} takes. */
  callback(done: (completion: Pointer, key: number | bigint) => void): Pointer
  freeCallback(callback: Pointer): void
  /** A copy. */
  bytesAt(address: Pointer, length: number): Buffer
}

const LIBRARY = 'librados.so.2'
const COMPLETION = 'void *'

let loaded: Promise<Librados> | undefined

/** Loads Ceph's client library and the package that calls it, once; who stores nothing in Ceph needs neither. */
export function loadLibrados(): Promise<Librados> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Librados> {
  const koffi = await import('koffi').catch((cause: unknown) => {
    throw new Error('The blob engine "ceph" needs the package koffi; install it.', { cause })
  })
  const library = attempt(() => koffi.load(LIBRARY))
  const native = (definition: string): never => library.func(definition) as never
  const done = koffi.proto('void', [COMPLETION, 'size_t'])
  return {
    create: native('int rados_create(_Out_ void **cluster, const char *user)'),
    readConfig: native('int rados_conf_read_file(void *cluster, const char *path)'),
    set: native('int rados_conf_set(void *cluster, const char *option, const char *value)'),
    connect: native('int rados_connect(void *cluster)'),
    shutdown: native('void rados_shutdown(void *cluster)'),
    openPool: native('int rados_ioctx_create(void *cluster, const char *pool, _Out_ void **context)'),
    closePool: native('void rados_ioctx_destroy(void *context)'),
    setNamespace: native('void rados_ioctx_set_namespace(void *context, const char *name)'),
    failWhereFull: native('void rados_set_osdmap_full_try(void *context)'),
    createCompletion: native(
      'int rados_aio_create_completion2(size_t key, void *done, _Out_ void **completion)',
    ),
    result: native('int rados_aio_get_return_value(void *completion)'),
    version: native('uint64_t rados_aio_get_version(void *completion)'),
    release: native('void rados_aio_release(void *completion)'),
    createChange: native('void *rados_create_write_op()'),
    releaseChange: native('void rados_release_write_op(void *change)'),
    addExclusive: native('void rados_write_op_create(void *change, int exclusive, const char *category)'),
    addVersion: native('void rados_write_op_assert_version(void *change, uint64_t version)'),
    addWhole: native('void rados_write_op_write_full(void *change, const void *bytes, size_t length)'),
    addBytes: native(
      'void rados_write_op_write(void *change, const void *bytes, size_t length, uint64_t offset)',
    ),
    addRemoval: native('void rados_write_op_remove(void *change)'),
    startChange: native(
      'int rados_aio_write_op_operate(void *change, void *context, void *completion, const char *name, void *modified, int flags)',
    ),
    startRead: native(
      'int rados_aio_read(void *context, const char *name, void *completion, void *into, size_t length, uint64_t offset)',
    ),
    listBegin: native('void *rados_object_list_begin(void *context)'),
    listEnd: native('void *rados_object_list_end(void *context)'),
    listIsEnd: native('int rados_object_list_is_end(void *context, void *cursor)'),
    list: native(
      'int rados_object_list(void *context, void *start, void *end, size_t most, const char *filter, size_t filterLength, void *items, void **next)',
    ),
    freeList: native('void rados_object_list_free(size_t count, void *items)'),
    freeCursor: native('void rados_object_list_cursor_free(void *context, void *cursor)'),
    callback: (handler) => koffi.register(handler, koffi.pointer(done)),
    freeCallback: (callback) => koffi.unregister(callback),
    bytesAt: (address, length) => Buffer.from(Buffer.from(koffi.view(address, length))),
  }
}

function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new Error(
      `The blob engine "ceph" needs Ceph's client library, ${LIBRARY}; install it (Debian's package librados2).`,
      { cause },
    )
  }
}

/** Calls a function of the library on another thread. */
export function elsewhere<Parameters extends unknown[], Result>(
  native: Native<Parameters, Result>,
  ...parameters: Parameters
): Promise<Result> {
  return new Promise((resolve, reject) => {
    native.async(...parameters, (error, result) => (error ? reject(error) : resolve(result)))
  })
}
