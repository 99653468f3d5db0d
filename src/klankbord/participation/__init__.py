"""Taking part in public: one mechanism of votes, follows, tags and editions for everything that everybody may read."""
