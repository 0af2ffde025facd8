import { shippedFile } from '#files'
import { type Classification, classification } from './dataset.ts'
import { type DataSource, readText } from './source.ts'
import { readTable, type Table } from './table.ts'

/**
 * 150 irises of three kinds: length and width of sepals and petals in cm.
 *
 * @param source default: the file shipped with this package, as for the sets below
 * @returns four features, not yet standardised
 * Source: R. A. Fisher, UCI Iris, 1936 (CC BY 4.0), as packaged by scikit-learn.
 */
export const iris = (source: DataSource = shippedFile('iris.csv')): Promise<Classification> => readLabelled(source)

/**
 * 178 wines of three growers: thirteen chemical measurements.
 *
 * Source: S. Aeberhard, M. Forina, UCI Wine, 1991 (CC BY 4.0), as packaged by scikit-learn.
 */
export const wine = (source: DataSource = shippedFile('wine.csv')): Promise<Classification> => readLabelled(source)

/**
 * 569 breast tumours, malignant (0) or benign (1): thirty measurements of cell nuclei.
 *
 * Source: W. Wolberg, O. Mangasarian, N. Street, W. Street, UCI Breast Cancer Wisconsin (Diagnostic), 1993 (CC BY 4.0), as packaged by
 * scikit-learn.
 */
export const breastCancer = (source: DataSource = shippedFile('breast_cancer.csv.gz')): Promise<Classification> =>
  readLabelled(source)

/**
 * 442 people with diabetes: age, sex (a category), body mass index, blood pressure, six blood values; to predict `progression`, the
 * disease's after a year, 25 to 346.
 *
 * @returns a table, to be given to `prepareTable` with { target: 'progression' }
 * Source: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Least Angle Regression, 2004, as packaged by scikit-learn.
 */
export const diabetes = (source: DataSource = shippedFile('diabetes.csv.gz')): Promise<Table> =>
  readTable(source, { types: { sex: 'category' } })

/** Reads scikit-learn's layout: a first line `rows,features,class names`, then rows that end in the class. */
async function readLabelled(source: DataSource): Promise<Classification> {
  const [head = '', ...lines] = (await readText(source)).trim().split('\n')
  const [count, width, ...names] = head.split(',')
  const features = new Float32Array(Number(count) * Number(width))
  const labels = new Int32Array(Number(count))
  for (const [row, line] of lines.entries()) {
    const numbers = line.split(',').map(Number)
    labels[row] = numbers.pop() ?? 0
    features.set(numbers, row * Number(width))
  }
  return classification({ features, featureShape: [Number(width)], labels, classes: names.length })
}
