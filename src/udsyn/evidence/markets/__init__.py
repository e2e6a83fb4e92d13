"""Markets: trade in a basket of products, tenders, who may bid, and what a technology needs."""
