"""Trade between countries by product, labels of schemes, and the steps from one scheme to another."""
