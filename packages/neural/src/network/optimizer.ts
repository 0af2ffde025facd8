/**
 * How parameters are moved along their gradients. Plain data, with PyTorch's meanings and defaults.
 * `weightDecay` is added to the gradient (L2), except in `adamW`, where it shrinks the parameters directly. Default 0.
 */
export type Optimizer = Sgd | Adam | AdamW | NAdam | RmsProp | Adagrad

export interface Sgd {
  readonly kind: 'sgd'
  readonly learningRate: number
  /** 0 up to 1, default 0. */
  readonly momentum?: number
  /** Default false. */
  readonly nesterov?: boolean
  readonly weightDecay?: number
}
interface AdamSettings {
  readonly learningRate: number
  /** Default 0.9. */
  readonly beta1?: number
  /** Default 0.999. */
  readonly beta2?: number
  /** Default 1e-8. */
  readonly epsilon?: number
  readonly weightDecay?: number
}
/** Kingma, Ba (2015). */
export interface Adam extends AdamSettings {
  readonly kind: 'adam'
}
/** Loshchilov, Hutter (2019). `weightDecay` defaults to 0.01. */
export interface AdamW extends AdamSettings {
  readonly kind: 'adamW'
}
/** Dozat (2016). */
export interface NAdam extends AdamSettings {
  readonly kind: 'nadam'
  /** Default 0.004. */
  readonly momentumDecay?: number
}
/** Tieleman, Hinton (2012). */
export interface RmsProp {
  readonly kind: 'rmsprop'
  readonly learningRate: number
  /** Smoothing of the squared gradients, default 0.99. */
  readonly decay?: number
  /** Default 1e-8. */
  readonly epsilon?: number
  readonly weightDecay?: number
}
/** Duchi, Hazan, Singer (2011). */
export interface Adagrad {
  readonly kind: 'adagrad'
  readonly learningRate: number
  /** Default 1e-10. */
  readonly epsilon?: number
  readonly weightDecay?: number
}
