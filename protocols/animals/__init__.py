"""What an animal goes through: its history day by day, its treatments, what is silenced, and the state that is left."""
