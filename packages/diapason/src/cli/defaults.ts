/** Where studies are kept when nobody says otherwise: a file in the current folder. */
export const DEFAULT_STORAGE = 'sqlite:diapason.db'
