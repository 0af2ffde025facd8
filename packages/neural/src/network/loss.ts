/** How much each class counts in the training loss: one number a class, or 'balanced' for the inverse of its frequency. */
export type ClassWeights = 'balanced' | readonly number[]

/** What training makes small. Every loss is the mean over the batch (and over the outputs, where there are several). */
export type Loss =
  | {
      /** For one class out of several: the network ends in one raw score (logit) per class. */
      readonly kind: 'crossEntropy'
      /** Share of the target spread evenly over all classes, 0 up to 1; default 0. Training only. */
      readonly labelSmoothing?: number
      /** How much each class counts, see {@link ClassWeights}; default: all alike. Training only. */
      readonly classWeights?: ClassWeights
    }
  | {
      /** For two classes: the network ends in one raw score for class 1. */
      readonly kind: 'binaryCrossEntropy'
      readonly classWeights?: ClassWeights
    }
  /** Mean squared error. */
  | { readonly kind: 'squaredError' }
  /** Mean absolute error. */
  | { readonly kind: 'absoluteError' }
  /** Squared up to a distance of 1, absolute beyond. Huber (1964). */
  | { readonly kind: 'huber' }
