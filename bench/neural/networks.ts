import { activation, conv2d, dense, flatten, type Layer, maxPool } from '@diapason/neural'
import type { NetworkName } from './task.ts'

/** The measured networks, as the peers have them too. */
export const LAYERS: Readonly<Record<NetworkName, readonly Layer[]>> = {
  dense: [dense(512), activation('relu'), dense(512), activation('relu'), dense(10)],
  convolution: [
    conv2d(16, 3, { padding: 'same' }),
    activation('relu'),
    maxPool(2),
    conv2d(32, 3, { padding: 'same' }),
    activation('relu'),
    maxPool(2),
    flatten(),
    dense(64),
    activation('relu'),
    dense(10),
  ],
}
