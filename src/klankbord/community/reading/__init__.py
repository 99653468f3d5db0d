"""What the community's pages show: plain values out of few queries, and pieces of HTML that are made once."""
