/** A tensor handed to or taken from a runtime. The runtime may write into `values` of an output given to it. */
export interface RuntimeTensor {
  readonly values: Float32Array
  readonly shape: readonly number[]
}

/** Tensors bound to a session's inputs and outputs once, and run many times without further conversion. */
export interface Binding {
  /** Runs the graph: reads the bound inputs, writes into the bound outputs' `values`. Other events get a turn first. */
  run(): Promise<void>
}

/** A graph made ready to run. */
export interface RuntimeSession {
  /** Binds tensors by name: every input, and the outputs wanted. */
  bind(inputs: Readonly<Record<string, RuntimeTensor>>, outputs: Readonly<Record<string, RuntimeTensor>>): Binding
  /** Frees what the session holds outside JavaScript's memory. */
  release(): Promise<void>
}

export interface SessionOptions {
  /** Threads within one operation. */
  readonly threads: number
  /** Whether the graph's tensors are large: then the memory between its steps is worth keeping. */
  readonly isLarge: boolean
}

/** What executes ONNX graphs. */
export interface Runtime {
  readonly name: string
  createSession(model: Uint8Array, options: SessionOptions): Promise<RuntimeSession>
}
