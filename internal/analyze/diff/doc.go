// Package diff compares runs of a program before and after a change: each function and
// each line, with a statement of whether what changed is more than the noise.
//
// # What is compared with what
//
// Functions are matched by module and qualified name, wherever their file lies. Where
// several have the same name (lambdas, redefinitions), those of the same text belong
// together, then those of the same order. Lines are matched within two matched functions
// by their text, without the indentation, from the sources that the traces keep: see
// lineMap. A function that is gone and one that is new, with much the same text, are
// told as a hint, but are not compared.
//
// # Counts
//
// They are exact, and compared exactly. Where the runs of one side differ among
// themselves, a count has changed if the ranges of the two sides do not overlap.
//
// # Times
//
// A row's time is the median of its side's runs, corrected for what tracing took. Whether
// it has changed is tested by the mean, in three steps, because the noise has three parts:
//
//   - A whole run is faster or slower than another: the machine does other things, a
//     cache is cold. A run's pace is the median, over the functions, of a function's time
//     in it, compared with all runs. Times are divided by it. What all functions have in
//     common is told apart (Diff.Common) and never a row's: if it is the program that
//     changed everywhere, the total tells.
//   - A function is faster or slower than in the other runs: the spread within the sides,
//     and never less than what rows of this kind have: see noise.
//   - What tracing took is known with an error, which all of a row's events share.
//
// Then Student's t-test tells how likely such a change is by chance, and Benjamini and
// Hochberg's procedure allows for the many rows. A row is said to have changed only if
// the share of wrong ones among those said so is below rate, the median says so, too, and it
// changed by a hundredth of its time and a five-thousandth of the whole.
//
// With a single run on each side there is no spread within the sides. Then the
// spread of the change over the functions stands for it, and a change must be large.
// Whether the whole is slower cannot be told from the machine's being so; a change of it
// must be larger than such runs have been seen to differ by.
package diff
