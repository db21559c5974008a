"""Groups of animals: intervals, tests, effect sizes, power, differences."""
